import { availableParallelism, cpus, totalmem } from 'node:os';
import { type ProductSource, summariseSkipped } from '@kaleido/data';
import {
  type Evaluation,
  type NeighbourCounts,
  type RecognitionDetails,
  type RecognitionFigures,
  recognitionDetails,
  recognitionFigures,
  type WordFigures,
} from '@kaleido/eval';
import { type KaleidoBertConfig, variableDescriptions, type Weights } from '@kaleido/model';
import { decodingTokens, labelOf } from '@kaleido/pipeline';
import { objectiveNotes, type TaskCatalogue } from '@kaleido/pretrain-tasks';
import type { Recipe, RecipeFineTuning } from '@kaleido/recipe-schema';
import type { PartTimes } from '@kaleido/runs';
import {
  chooseMatchingWeight,
  countCaptions,
  drawLists,
  type PuzzleAnswers,
  puzzleFigures,
  readWords,
  retrievalFigures,
  type ScoredLists,
  type SplitData,
  type SplitScorer,
  scoreLists,
} from '@kaleido/scoring';
import {
  type AlignedSplit,
  alignmentExamples,
  alignmentPictureIds,
  type CaptionedSplit,
  type CaptionSplitOptions,
  captionExamples,
  captionPictureIds,
  captionSplit,
  classifySplit,
  openSplitScorer,
  puzzleExamples,
  puzzlePictureRows,
  readPictures,
  retrievalExamples,
  retrievalPictureIds,
} from '@kaleido/scoring/node';
import {
  type PreparedProduct,
  type PreparedSplit,
  sharedCatalogue,
  sourceFacts,
  spokenAspects,
  withoutPackage,
} from '@kaleido/splits';
import { joinSigns } from '@kaleido/tokenizer';
import { alignmentOfSplit } from './alignment-of-split.ts';
import { extractorName, paintedSize } from './extractor-description.ts';
import { listSeeds, weightListSeed } from './list-seeds.ts';
import { modelOf, type RunContext, sharedData } from './run-context.ts';
import { captioningStage } from './stage-options.ts';

/**
 * Measures a trained run on its held-out splits and writes evaluation.json and report.html.
 * @param catalogue of the products that it trained on
 * @throws the signal's reason if it was aborted before the end
 */
export async function evaluateRun(
  context: RunContext,
  weights: Weights,
  catalogue: TaskCatalogue,
): Promise<{ readonly evaluation: Evaluation; readonly report: string }> {
  const { options, folder, times } = context;
  const timed = times.timed.bind(times) as PartTimes['timed'];
  const { recipe, onProgress, signal } = options;
  const { splits } = context;
  const onPart = (part: string): void => {
    signal?.throwIfAborted();
    options.onPart?.(part);
  };
  const onPairs = (done: number, total: number): void => {
    signal?.throwIfAborted();
    onProgress?.(done, total);
  };

  const weight = await timed('Weight of the combined scorer', async () => {
    onPart('choosing the weight of the combined scorer');
    return withScorer(context, splits.retrievalChoice, weights, async (scorer) => {
      const { products } = splits.retrievalChoice;
      const wanted = { queries: recipe.evaluation.weightQueries, candidates: recipe.evaluation.candidates };
      return chooseMatchingWeight(
        await scoreLists(await drawLists(products, [weightListSeed], wanted), products, scorer, onPairs),
      );
    });
  });
  const scored = await timed('Retrieval', async () => {
    onPart('retrieval');
    return withScorer(context, splits.retrieval, weights, async (scorer) => {
      const { products } = splits.retrieval;
      const lists = await drawLists(products, listSeeds(recipe), recipe.evaluation);
      return scoreLists(lists, products, scorer, onPairs);
    });
  });
  const rows = Array.from(
    { length: Math.min(recipe.evaluation.puzzles, splits.heldOut.products.length) },
    (_, row) => row,
  );
  const counts = countCaptions(catalogue, context.tokenizer.vocabularySize);
  await folder.saveCaptionCounts(counts);
  const { answers, words } = await withScorer(context, splits.heldOut, weights, async (scorer, data) => ({
    answers: await timed('Puzzles', () => {
      onPart('puzzles');
      return scorer.solve(rows, recipe.seed);
    }),
    words: await timed('Words', () => {
      onPart('words');
      const { source } = context.sources.heldOut;
      return readWordsOfSplit(context, { scorer, data, split: splits.heldOut, source, counts });
    }),
  }));
  const recognition = await timed('Recognition', async () => {
    if (recipe.fineTuning === undefined) return undefined;
    onPart('recognition');
    return figuresByField(await recogniseByAllInputs(context, splits.heldOut, recipe.fineTuning.inputs));
  });
  const aligned = await timed('Alignment measured', () =>
    alignmentOfSplit(context, context.sources.heldOut, splits.heldOut),
  );
  const captioned =
    recipe.captioning &&
    (await timed('Captions', async () => {
      onPart('captions');
      return captionsOfSplit(context, {
        captioner: await folder.loadCaptioner(),
        split: splits.heldOut,
        source: context.sources.heldOut.source,
        nearest: { model: modelOf(context, weights), train: async () => splits.train },
        onProgress: onPairs,
        onMessage: options.onMessage,
      });
    }));
  const evaluation: Evaluation = {
    retrieval: retrievalFigures(scored, weight),
    ...(recognition === undefined || Object.keys(recognition).length === 0 ? {} : { recognition }),
    puzzles: puzzleFigures(answers),
    words,
    ...(aligned?.figures === undefined ? {} : { alignment: aligned.figures }),
    ...(captioned === undefined ? {} : { captions: captioned.figures }),
  };
  await folder.saveEvaluation(evaluation);
  const report = await timed('Report', () =>
    writeReport(context, evaluation, { scored, answers, weight, captioned, aligned }),
  );
  return { evaluation, report };
}

/** Opens a scorer over a split, and closes it after use. */
export async function withScorer<Value>(
  context: Pick<RunContext, 'options' | 'tokenizer' | 'config'>,
  split: PreparedSplit,
  weights: Weights,
  use: (scorer: SplitScorer, data: SplitData) => Promise<Value>,
): Promise<Value> {
  const catalogue = sharedCatalogue(split.products, context.tokenizer, context.config.text_seq_len);
  const data = sharedData(context, catalogue, split, weights);
  const scorer = await openSplitScorer(data, context.options.threads);
  try {
    return await use(scorer, data);
  } finally {
    await scorer.close();
  }
}

/** A split, a scorer over it, and what its masked words are compared with. */
interface WordsToRead {
  readonly scorer: SplitScorer;
  readonly data: SplitData;
  readonly split: PreparedSplit;
  readonly source: ProductSource;
  readonly counts: NeighbourCounts | undefined;
}

/** How well masked words of a split's captions are named. */
export function readWordsOfSplit(
  { options: { recipe }, tokenizer, config }: Pick<RunContext, 'options' | 'tokenizer' | 'config'>,
  { scorer, data: { catalogue, vocabulary }, split, source, counts }: WordsToRead,
): Promise<WordFigures> {
  const aspects = spokenAspects(source, tokenizer, config.text_seq_len);
  return readWords(scorer, {
    catalogue,
    vocabulary,
    rows: Array.from({ length: Math.min(recipe.evaluation.words, catalogue.rows) }, (_, row) => row),
    seed: recipe.seed,
    counts,
    aspectsOf: aspects && ((row) => aspects(split.products[row] as PreparedProduct)),
  });
}

/** A model that writes captions, and the split that it reads. */
interface PhotographsToCaption
  extends Pick<CaptionSplitOptions, 'split' | 'search' | 'nearest' | 'onProgress' | 'onMessage'> {
  readonly captioner: Weights;
  readonly source: ProductSource;
}

/** What a model of a run writes for a split's photographs, measured. */
export function captionsOfSplit(
  context: Pick<RunContext, 'options' | 'tokenizer' | 'config'>,
  { captioner, source, ...asked }: PhotographsToCaption,
): Promise<CaptionedSplit> {
  const { options, tokenizer } = context;
  return captionSplit({
    ...asked,
    model: modelOf(context, captioner),
    count: options.recipe.evaluation.captions,
    tokens: decodingTokens(tokenizer),
    decode: (pieces) => joinSigns(tokenizer.decode(pieces)),
    facts: sourceFacts(source),
  });
}

/** One classifier of a run on one field of a split. */
export interface RecognisedField {
  readonly field: string;
  readonly inputs: RecipeFineTuning['inputs'][number];
  readonly details: RecognitionDetails;
}

/** What all of a run's classifiers say of a split, by field. */
export async function recogniseByAllInputs(
  context: Parameters<typeof recogniseSplit>[0],
  split: PreparedSplit,
  allInputs: RecipeFineTuning['inputs'],
): Promise<RecognisedField[]> {
  const all: RecognisedField[] = [];
  for (const inputs of allInputs) all.push(...(await recogniseSplit(context, split, inputs)));
  return all;
}

/** Figures of classifiers, as in `evaluation.json`: by `field:inputs`, and by `field` for the main inputs. */
export function figuresByField(measured: readonly RecognisedField[]): Record<string, RecognitionFigures> {
  const figures: Record<string, RecognitionFigures> = {};
  const several = new Set(measured.map(({ inputs }) => inputs)).size > 1;
  for (const { field, inputs, details } of measured) {
    figures[`${field}:${inputs}`] = recognitionFigures(details);
    // The plain name is what the paper reports (photograph and caption), or the only inputs that were trained.
    if (inputs === 'both' || !several) figures[field] = recognitionFigures(details);
  }
  return figures;
}

/** What a run's classifier says of a split, by field. */
async function recogniseSplit(
  context: Pick<RunContext, 'options' | 'tokenizer' | 'config' | 'folder'>,
  split: PreparedSplit,
  inputs: RecipeFineTuning['inputs'][number],
): Promise<RecognisedField[]> {
  const { folder, tokenizer, config } = context;
  const { options, weights, layers } = await folder.loadClassifier(inputs);
  const catalogue = sharedCatalogue(split.products, tokenizer, config.text_seq_len);
  const shared = sharedData(context, catalogue, split, weights);
  const logits = await classifySplit({ ...shared, classification: options, layers });
  return options.fields
    .filter(({ name }) => split.products.some((product) => labelOf(product, name) !== undefined))
    .map(({ name, classes }) => {
      const truth = split.products.map((product) => labelOf(product, name));
      return {
        field: name,
        inputs,
        details: recognitionDetails({ truth, logits: logits.get(name) as Float32Array, classes }),
      };
    });
}

/** What the report shows examples of. */
interface Answers {
  readonly scored: ScoredLists;
  readonly answers: readonly PuzzleAnswers[];
  readonly weight: number;
  readonly captioned: CaptionedSplit | undefined;
  readonly aligned: AlignedSplit | undefined;
}

async function writeReport(
  context: RunContext,
  evaluation: Evaluation,
  { scored, answers, weight, captioned, aligned }: Answers,
): Promise<string> {
  const { options, folder, sources, splits, more, config, tokenizer } = context;
  const { recipe } = options;
  options.onPart?.('report');
  const retrievalPictures = await readPictures(sources.retrieval, retrievalPictureIds(scored, weight));
  const { products } = splits.heldOut;
  const heldOutPictures = await readPictures(
    sources.heldOut,
    new Set([
      ...puzzlePictureRows(answers).map((row) => (products[row] as PreparedProduct).id),
      ...(captioned === undefined ? [] : captionPictureIds(captioned, products)),
      ...alignmentPictureIds(aligned),
    ]),
  );
  const parameters = variableDescriptions(config).reduce(
    (sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1),
    0,
  );
  const number = (value: number): string => value.toLocaleString('en');
  const readSplits = [...new Set([...Object.values(splits), ...(more ? [more] : [])])];
  const skipped = readSplits.flatMap((split) => split.skipped);
  // Loaded here: plots and their page take half a second to load, and only the report needs them.
  const { renderReport } = await import('@kaleido/eval/node');
  const html = renderReport({
    recipe: recipe.name,
    description: recipe.description,
    command: options.command ?? recipe.command,
    seed: recipe.seed,
    finishedAt: new Date().toISOString(),
    environment: [
      ['Backend', `${options.backend}, ${options.threads} threads`],
      ['Processor', `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores`],
      ['Memory', `${Math.round(totalmem() / 2 ** 30)} GB`],
      ['Node', process.version],
    ],
    model: [
      ['Preset', recipe.model.preset],
      ['Parameters', number(parameters)],
      ['Layers, width, heads', `${config.num_hidden_layers}, ${config.hidden_size}, ${config.num_attention_heads}`],
      ['Word pieces', number(tokenizer.vocabularySize)],
      ['Patch features', `${extractorName(recipe.features.extractor)}, ${config.patch_feature_size} wide`],
    ],
    data: [
      ['Trained on', `${splits.train.name}: ${number(splits.train.products.length)} pictures`],
      ...(more === undefined
        ? []
        : [['Beside them, level 1 alone', `${more.name}: ${number(more.products.length)} pictures`] as const]),
      ['Recognition and puzzles on', `${splits.heldOut.name}: ${number(splits.heldOut.products.length)} pictures`],
      ['Retrieval on', `${splits.retrieval.name}: ${number(splits.retrieval.products.length)} pictures`],
    ],
    times: context.times.list(),
    metrics: await folder.metrics.read(),
    evaluation: { ...evaluation, ...byInputs(evaluation) },
    retrievalExamples: await retrievalExamples(scored, weight, splits.retrieval.products, retrievalPictures),
    puzzles: await puzzleExamples(answers, splits.heldOut, heldOutPictures, paintedSize(recipe.features.extractor)),
    alignment: await alignmentExamples(aligned, heldOutPictures, { tokenizer, config, seed: recipe.seed }),
    ...(captioned === undefined ? {} : { captions: await captionExamples(captioned, products, heldOutPictures) }),
    skipped,
    skippedKinds: summariseSkipped(skipped),
    notes: [
      ...context.notes,
      ...reportNotes(recipe, config, more !== undefined),
      ...readSplits.flatMap(({ warnings }) => warnings.map(withoutPackage)),
    ],
  });
  return folder.saveReport(html);
}

/** Recognition by field and inputs only: each plain name repeats one of them. */
function byInputs({ recognition }: Evaluation): Pick<Evaluation, 'recognition'> {
  if (recognition === undefined) return {};
  return { recognition: Object.fromEntries(Object.entries(recognition).filter(([key]) => key.includes(':'))) };
}

/** Differences between this run and the paper. */
function reportNotes(
  { data, features, stages, fineTuning, captioning }: Recipe,
  config: KaleidoBertConfig,
  sawMore: boolean,
): string[] {
  const learnsCaptions = captioning === undefined ? [] : [captioningStage(captioning)];
  const notes: readonly (readonly [boolean, string])[] = [
    [
      stages.some(({ hardNegatives }) => hardNegatives !== undefined),
      'Products that the model mistook for each other were looked up and put into one batch; the paper draws them at random.',
    ],
    [
      features.cutOut,
      'Photographs were cut out: where the background could be told from the garment it was painted white; the paper leaves it.',
    ],
    [config.position_scale === 'unit', 'Patch positions were given as shares of the photograph, not in pixels.'],
    [config.standardise_features, 'Patch features were standardised, dimension by dimension.'],
    [
      config.attention_initialisation !== 'normal',
      'The value and output projections of attention started as the identity, not at random.',
    ],
    [
      config.attention_initialisation === 'neighbours',
      'Positions started as waves, and two heads of the first layer looked at the neighbouring pieces, not at random.',
    ],
    [
      fineTuning?.head === 'cls-and-means',
      'Classifiers saw mean features, and the joint space where there is one, beside [CLS]; the paper takes [CLS] alone.',
    ],
    [(fineTuning?.hiddenSize ?? 0) > 0, 'Classifiers had a hidden layer; the paper takes a linear one.'],
    [
      data.kind === 'atelier' && data.trainingBackgrounds !== undefined,
      'The pictures to train on were taken before other backgrounds, more of them coloured or cluttered, than those to measure on.',
    ],
    [
      config.joint_size > 0 && config.joint_view === 'whole',
      'The joint space reads the features of the whole garment, level 1, not the embeddings of all patches.',
    ],
    [
      data.kind === 'folder' && data.more !== undefined && !sawMore,
      'Further products that the recipe names were not there: figures may be lower than its expected ones.',
    ],
  ];
  return [
    ...objectiveNotes([...stages, ...learnsCaptions].map(({ objectives }) => objectives)),
    ...notes.flatMap(([applies, note]) => (applies ? [note] : [])),
  ];
}
