import { ops } from '@kaleido/backend';
import { classificationMetrics, predictedClass } from '@kaleido/eval';
import { type ClassificationField, Classifier } from '@kaleido/model';
import { oneClassLoss } from '@kaleido/pretrain-tasks';
import { hasInputs, needed } from './caption-batch.ts';
import { type ClassWeights, classWeightsOf } from './class-weights.ts';
import { classifierHead, type Prediction } from './classifier-head.ts';
import { headLearner } from './head-learner.ts';
import { fieldNames, type HeadSettings, headSettings, refuseSetting } from './head-settings.ts';
import { assertSome, type Item } from './items.ts';
import { oneClassNote, seenOnceNote } from './label-notes.ts';
import { classNumbers, countUnknown, fieldLabelsOrConstants, isOpen, type Labelled, labelOf } from './labels.ts';
import type { FineTuneTask, Measured } from './task.ts';

export interface ClassificationSettings<Label extends string> extends HeadSettings {
  /** What to classify: one or more label fields of the examples. */
  readonly label: Label | readonly Label[];
  /**
   * Weights of the classes in the loss, by label field if there are several. Default: all count the same, which is best
   * for accuracy; `balanced` is best for classes of which there are few.
   */
  readonly classWeights?: ClassWeights | Readonly<Partial<Record<Label, ClassWeights>>>;
}

/** Means over the label fields of more than one class. `loss` is the mean cross-entropy without class weights. */
export type ClassificationFigure = 'accuracy' | 'macroF1' | 'loss';

/** Figures of a label field. */
export interface FieldAccuracy {
  /** Share of right answers, 0..1. */
  readonly accuracy: number;
  /** Mean F1 over the classes that occur among the items or the answers, 0..1. */
  readonly macroF1: number;
  readonly loss: number;
  /** Number of measured photographs: those with a label of a class that training has seen. */
  readonly examples: number;
  /** Labels that training has not seen, and how many items have them; they are not measured. */
  readonly unknown: Readonly<Record<string, number>>;
}

export interface Classification<Label extends string>
  extends FineTuneTask<Labelled, Prediction<Label>, ClassificationFigure> {
  readonly labels: readonly Label[];
}

/**
 * One class for each label field, e.g. a category and a colour. An item without some of the labels is left out of the
 * loss of these fields; one without any label is left out of training.
 * @throws KaleidoError for a label field that predictions cannot have, and a setting out of range
 */
export function classification<const Label extends string>({
  label,
  classWeights,
  ...settings
}: ClassificationSettings<Label>): Classification<Label> {
  const labels = fieldNames(label);
  const head = headSettings(settings);
  const needs = needed(labels.join(', '), head.inputs);
  const weights = weightsByField(labels, classWeights);
  return {
    name: 'classification',
    labels,
    figures: { accuracy: 'higher', macroF1: 'higher', loss: 'lower' },
    usualFigure: 'accuracy',
    needs,
    settings: { labels, head, weights },
    has(item) {
      return hasInputs(item, head.inputs) && labels.some((name) => labelOf(item, name) !== undefined);
    },
    async learner(setting) {
      const { model, train, validation, seed } = setting;
      assertSome(train, 'train on', needs);
      const { fields, rows } = fieldLabelsOrConstants(train.items, labels);
      const counts = fields.map(({ name, classes }) => countsOf(rows.get(name) as Int32Array, classes.length));
      const weightsOf = fields.map((field, at) => classWeightsOf(weights[field.name], field, counts[at] as number[]));
      const truth = validation && fields.map((field) => truthOf(field, validation.items));
      if (truth !== undefined) assertMeasurable(fields, truth);
      return headLearner(
        {
          head: classifierHead<Prediction<Label>>(Classifier.create(model, { ...head, fields }, seed)),
          notes: fields.flatMap(({ name, classes }, at) => [
            ...oneClassNote(name, classes),
            ...seenOnceNote(name, classes, counts[at] as number[]),
          ]),
          missing: Object.fromEntries(
            fields.map(({ name }) => [name, (rows.get(name) as Int32Array).filter((one) => one < 0).length]),
          ),
          loss: (outputs, batch) =>
            ops.addAll(
              fields.map(({ name }, at) => {
                const known = rows.get(name) as Int32Array;
                const labels = Int32Array.from(batch, (row) => known[row] as number);
                return oneClassLoss(outputs[at] as (typeof outputs)[number], labels, weightsOf[at]);
              }),
            ),
          measure: (outputs) => measure(fields, truth ?? [], outputs),
        },
        setting,
      );
    },
  };
}

/** The labels of validation items: their class, and those of no class. */
interface Truth {
  readonly classes: Int32Array;
  readonly unknown: Readonly<Record<string, number>>;
}

function truthOf({ name, classes }: ClassificationField, items: readonly Item[]): Truth {
  const labels = items.map((item) => labelOf(item, name));
  return { classes: classNumbers(labels, classes), unknown: countUnknown(labels, classes) };
}

/** @throws KaleidoError where no figure would tell one model from another */
function assertMeasurable(fields: readonly ClassificationField[], truth: readonly Truth[]): void {
  if (fields.some((field, at) => isOpen(field) && (truth[at] as Truth).classes.some((label) => label >= 0))) return;
  throw refuseSetting(
    'no validation item has a label that training has seen',
    truth.map(({ unknown }) => Object.keys(unknown).slice(0, 8)),
    'take the validation items from the same classes, or leave validation out',
  );
}

function measure(
  fields: readonly ClassificationField[],
  truth: readonly Truth[],
  outputs: readonly Float32Array[],
): Measured<ClassificationFigure> {
  const measured = fields.map(({ name, classes }, at) => {
    const { classes: known, unknown } = truth[at] as Truth;
    return [name, fieldAccuracy(known, unknown, outputs[at] as Float32Array, classes.length)] as const;
  });
  const withLabels = measured
    .filter(([, { examples }], at) => examples > 0 && isOpen(fields[at] as ClassificationField))
    .map(([, figures]) => figures);
  const mean = (figure: ClassificationFigure): number =>
    withLabels.reduce((sum, figures) => sum + figures[figure], 0) / Math.max(1, withLabels.length);
  return {
    figures: { accuracy: mean('accuracy'), macroF1: mean('macroF1'), loss: mean('loss') },
    fields: Object.fromEntries(measured),
  };
}

function fieldAccuracy(
  known: Int32Array,
  unknown: Truth['unknown'],
  logits: Float32Array,
  classes: number,
): FieldAccuracy {
  const truth: number[] = [];
  const predicted: number[] = [];
  let loss = 0;
  for (const [row, label] of known.entries()) {
    if (label < 0) continue;
    const own = logits.subarray(row * classes, (row + 1) * classes);
    truth.push(label);
    predicted.push(predictedClass(own));
    const most = Math.max(...own);
    loss += most - (own[label] as number) + Math.log(own.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
  }
  if (truth.length === 0) return { accuracy: 0, macroF1: 0, loss: 0, examples: 0, unknown };
  const { accuracy, macroF1 } = classificationMetrics({ truth, predicted, classes });
  return {
    accuracy: accuracy / 100,
    macroF1: macroF1 / 100,
    loss: loss / truth.length,
    examples: truth.length,
    unknown,
  };
}

function countsOf(labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) if (label >= 0) counts[label] = (counts[label] as number) + 1;
  return counts;
}

/** Class weights by label field: those of a single field come without its name. */
function weightsByField<Label extends string>(
  labels: readonly Label[],
  wanted: ClassificationSettings<Label>['classWeights'],
): Readonly<Record<string, ClassWeights | undefined>> {
  if (wanted === undefined) return {};
  if (wanted === 'balanced')
    return Object.fromEntries(labels.map((name): [string, ClassWeights] => [name, 'balanced']));
  const byField = Object.values(wanted).some((value) => typeof value !== 'number');
  if (!byField && labels.length === 1) return { [labels[0] as Label]: wanted as ClassWeights };
  const stranger = Object.keys(wanted).find((name) => !labels.includes(name as Label));
  if (!byField || stranger !== undefined)
    throw refuseSetting(
      'classWeights of several label fields must be given by field',
      stranger ?? wanted,
      `use { ${labels[0]}: "balanced" } or { ${labels[0]}: { ...weights by class } }`,
    );
  return wanted as Readonly<Record<string, ClassWeights>>;
}
