import type { Evaluation, RecognitionDetails, WrongAnswer } from '@kaleido/eval';
import { KaleidoError } from '@kaleido/foundation';
import { labelOf } from '@kaleido/pipeline';
import { readSmallPictures, recognitionFailures } from '@kaleido/scoring/node';
import type { PreparedProduct, PreparedSplit, SourceSplit } from '@kaleido/splits';
import { figuresByField, type RecognisedField, recogniseByAllInputs } from './evaluate-run.ts';
import { chooseSplit, type EvaluateRunOptions, type OpenRun, openRun, prepareChosen } from './evaluate-run-folder.ts';
import { labelNotes } from './inspect-products.ts';
import { type MeasuredSet, measuredSet, type PageOfEvaluation, pageFrame } from './measured-set.ts';

/** One classifier on one field, with the ids of what it took for something else. */
export interface MeasuredClassifier extends Omit<RecognisedField, 'details'> {
  readonly details: Omit<RecognitionDetails, 'wrong'> & {
    readonly wrong: readonly ({ readonly id: string } & Omit<WrongAnswer, 'item'>)[];
  };
}

/** Recognition figures, everything behind them, and a page if one was asked for. */
export interface MeasuredRecognition {
  readonly measured: MeasuredSet;
  /** By `field:inputs`, and by `field` for the run's main inputs. */
  readonly recognition: NonNullable<Evaluation['recognition']>;
  readonly classifiers: readonly MeasuredClassifier[];
  /** HTML. */
  readonly page?: string;
}

/**
 * How well the classifiers of a finished run recognise any products.
 * @throws KaleidoError where the run has no classifier or the split none of its labels, and as `evaluateRunRetrieval`
 */
export async function evaluateRunRecognition(
  options: EvaluateRunOptions & { readonly page?: PageOfEvaluation | undefined },
): Promise<MeasuredRecognition> {
  const run = await openRun(options);
  const { fineTuning, name } = run.recipe;
  if (fineTuning === undefined)
    throw new KaleidoError({
      source: 'recipes',
      problem: `the run ${options.run} has no classifier: its recipe ${name} has no "fineTuning"`,
      advice: 'give a run whose recipe has "fineTuning"',
    });
  const from = await chooseSplit(run.recipe, options, 'heldOut');
  const split = await prepareChosen(run, from);
  const missing = fineTuning.fields.filter((field) =>
    split.products.every((product) => labelOf(product, field) === undefined),
  );
  if (missing.length === fineTuning.fields.length)
    throw new KaleidoError({
      source: 'recipes',
      problem: `recognition cannot be measured on ${split.name}: none of its products has a label of a field that the run learned`,
      found: missing,
      advice:
        'give products with these labels, in columns of these names ("category" and "subcategory" can be mapped: --map category=COLUMN); retrieval needs none',
    });
  for (const field of fineTuning.fields) for (const note of labelNotes(split, field)) options.onMessage?.(note);
  if (missing.length > 0)
    options.onMessage?.(
      `the run also learned ${missing.join(', ')}: labels are read from columns of the same names; --map can name others for category and subcategory`,
    );
  options.onPart?.('recognition');
  const classifiers = await recogniseByAllInputs(run.context, split, fineTuning.inputs);
  for (const note of unknownLabelNotes(classifiers)) options.onMessage?.(note);
  const measured = measuredSet(run, from, split);
  return {
    measured,
    recognition: figuresByField(classifiers),
    classifiers: classifiers.map(({ details: { wrong, ...details }, ...one }) => ({
      ...one,
      details: {
        ...details,
        wrong: wrong.map(({ item, ...answer }) => ({ id: (split.products[item] as PreparedProduct).id, ...answer })),
      },
    })),
    ...(options.page === undefined
      ? {}
      : { page: await pageOf(run, from, split, classifiers, measured, options.page) }),
  };
}

/** Labels that no classifier can say, once for each field. */
function unknownLabelNotes(classifiers: readonly RecognisedField[]): string[] {
  const unknown = new Map(classifiers.map(({ field, details: { unknownLabels } }) => [field, unknownLabels]));
  return [...unknown].flatMap(([field, labels]) => {
    if (labels.length === 0) return [];
    const more = labels.length > 5 ? ` and ${labels.length - 5} more` : '';
    return `labels of "${field}" that the run has not learned count as wrong: ${labels.slice(0, 5).join(', ')}${more}`;
  });
}

async function pageOf(
  run: OpenRun,
  from: SourceSplit,
  { products }: PreparedSplit,
  classifiers: readonly RecognisedField[],
  measured: MeasuredSet,
  page: PageOfEvaluation,
): Promise<string> {
  run.context.options.onPart?.('page');
  const shown = classifiers.map((one) => ({ ...one, wrong: one.details.wrong.slice(0, page.worst) }));
  const idOf = (item: number): string => (products[item] as PreparedProduct).id;
  const ids = new Set(shown.flatMap(({ wrong }) => wrong.map(({ item }) => idOf(item))));
  const pictures = await readSmallPictures(from, ids);
  const { facts, ...frame } = pageFrame(run, measured, page);
  // Loaded here: plots take half a second to load, and only a page needs them.
  const { renderRecognition } = await import('@kaleido/eval/node');
  return renderRecognition({
    ...frame,
    heading: 'Recognition',
    description: `What the classifiers of ${measured.recipe} say of ${measured.data}, ${measured.split}.`,
    facts: [
      ...facts,
      ['Answer', 'the most likely class; of equally likely ones, the first'],
      ['Beside it', 'always the commonest class of the measured products'],
      ['Failures', `the ${page.worst} most confident wrong answers of each classifier`],
    ],
    notes: [
      'Captions often name the class: what is told from the caption, or from both, says little about what is seen in the photograph.',
      'No published figures stand beside these: those of papers are on the categories of Fashion-Gen, and a figure on other classes or other products cannot be compared.',
      ...(classifiers.some(({ inputs }) => inputs === 'text')
        ? []
        : ['The run has no classifier that reads captions alone (fineTuning.inputs of its recipe lacks "text").']),
    ],
    measured: shown.map(({ field, inputs, details, wrong }) => ({
      field,
      inputs,
      details,
      failures: recognitionFailures(wrong, products, pictures),
    })),
  });
}
