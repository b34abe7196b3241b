import { averagePrecision } from '@kaleido/eval';
import { type ClassificationField, Classifier } from '@kaleido/model';
import { severalClassesLoss } from '@kaleido/pretrain-tasks';
import { hasInputs, needed } from './caption-batch.ts';
import { type ClassWeights, tagWeightsOf } from './class-weights.ts';
import { classifierHead, type Tags } from './classifier-head.ts';
import { headLearner } from './head-learner.ts';
import { fieldNames, type HeadSettings, headSettings, refuseSetting } from './head-settings.ts';
import { assertSome, type Item } from './items.ts';
import { seenOnceNote } from './label-notes.ts';
import { countUnknown, type Labelled, tagsOf } from './labels.ts';
import type { FineTuneTask, Measured } from './task.ts';

export interface MultiLabelSettings<Label extends string> extends HeadSettings {
  /** The field with an item's tags: a list of strings. */
  readonly label: Label;
  /** Where a text of several tags is cut, e.g. `,`. Default: nowhere, a text is one tag. */
  readonly separator?: string;
  /** The least probability of a tag that is predicted, 0..1. Default 0.5: rather there than not. */
  readonly threshold?: number;
  /**
   * Weights of the items that have a tag, by tag. Default: 1, which gives true probabilities; `balanced` finds more of
   * the rare tags, and more that are wrong.
   */
  readonly classWeights?: ClassWeights;
}

/**
 * `meanAveragePrecision` over the tags that a validation item has; `f1` of all answers together, by the threshold; `loss`
 * is the mean cross-entropy without class weights.
 */
export type MultiLabelFigure = 'meanAveragePrecision' | 'f1' | 'loss';

/** Figures of the tags. */
export interface TagFigures {
  /** Average precision of each tag that a validation item has, 0..1. */
  readonly averagePrecision: Readonly<Record<string, number>>;
  /** Number of measured items. */
  readonly examples: number;
  /** Tags that training has not seen, and how many items have them; they are not measured. */
  readonly unknown: Readonly<Record<string, number>>;
}

/**
 * A set of tags for each item: each tag on its own is there or not. An item without the field is left out and counted;
 * one with an empty list has no tag, and is learned from.
 * @throws KaleidoError for a setting out of range
 */
export function multiLabel<const Label extends string>({
  label,
  separator,
  threshold = 0.5,
  classWeights,
  ...settings
}: MultiLabelSettings<Label>): FineTuneTask<Labelled, Tags<Label>, MultiLabelFigure> {
  const [name] = fieldNames(label) as [Label];
  const head = headSettings(settings);
  if (!(threshold > 0 && threshold < 1))
    throw refuseSetting('threshold must be above 0 and below 1', threshold, 'use 0.5');
  const needs = needed(name, head.inputs);
  return {
    name: 'multiLabel',
    figures: { meanAveragePrecision: 'higher', f1: 'higher', loss: 'lower' },
    usualFigure: 'meanAveragePrecision',
    needs,
    settings: { name, separator, threshold, classWeights, head },
    has(item) {
      return hasInputs(item, head.inputs) && tagsOf(item, name, separator) !== undefined;
    },
    async learner(setting) {
      const { model, train, validation, seed } = setting;
      assertSome(train, 'train on', needs);
      const tags = train.items.map((item) => tagsOf(item, name, separator) ?? []);
      const classes = [...new Set(tags.flat())].sort();
      if (classes.length === 0)
        throw refuseSetting(`no item has a tag in "${name}"`, `${tags.length} empty lists`, 'check the tags');
      const field: ClassificationField = { name, classes, several: { threshold } };
      const rows = tagNumbers(tags, classes);
      const counts = new Array<number>(classes.length).fill(0);
      for (const at of rows.flat()) counts[at] = (counts[at] as number) + 1;
      const weights = tagWeightsOf(classWeights, field, counts, tags.length);
      const truth = validation && truthOf(validation.items, field, separator);
      return headLearner(
        {
          head: classifierHead<Tags<Label>>(Classifier.create(model, { ...head, fields: [field] }, seed)),
          notes: seenOnceNote(name, classes, counts),
          missing: {},
          loss: ([logits], batch) => {
            const labels = tagMatrix(
              batch.map((row) => rows[row] as number[]),
              classes.length,
            );
            return severalClassesLoss(logits as NonNullable<typeof logits>, labels, weights);
          },
          measure: ([logits]) => measure(field, truth as Truth, logits as Float32Array),
        },
        setting,
      );
    },
  };
}

interface Truth {
  /** [N, classes] 1 for a tag that an item has. */
  readonly labels: Int32Array;
  readonly unknown: Readonly<Record<string, number>>;
}

function truthOf(items: readonly Item[], { name, classes }: ClassificationField, separator?: string): Truth {
  const tags = items.map((item) => tagsOf(item, name, separator) ?? []);
  return { labels: tagMatrix(tagNumbers(tags, classes), classes.length), unknown: countUnknown(tags.flat(), classes) };
}

/** The places of each item's tags among the classes; others are left out. */
function tagNumbers(tags: readonly (readonly string[])[], classes: readonly string[]): number[][] {
  const places = new Map(classes.map((name, at) => [name, at]));
  return tags.map((own) => own.map((tag) => places.get(tag)).filter((at) => at !== undefined));
}

/** [items, classes] 1 for a tag that an item has. */
function tagMatrix(rows: readonly (readonly number[])[], classes: number): Int32Array {
  const matrix = new Int32Array(rows.length * classes);
  for (const [row, own] of rows.entries()) for (const at of own) matrix[row * classes + at] = 1;
  return matrix;
}

function measure(
  { name, classes, several }: ClassificationField,
  { labels, unknown }: Truth,
  logits: Float32Array,
): Measured<MultiLabelFigure> {
  const C = classes.length;
  const N = labels.length / C;
  const least = several?.threshold ?? 0.5;
  const column = (values: ArrayLike<number>, at: number): number[] =>
    Array.from({ length: N }, (_, row) => values[row * C + at] as number);
  const each: Record<string, number> = {};
  for (const [at, tag] of classes.entries()) {
    const truth = column(labels, at);
    if (truth.includes(1)) each[tag] = averagePrecision(truth, column(logits, at));
  }
  let loss = 0;
  let hits = 0;
  let answered = 0;
  for (const [at, logit] of logits.entries()) {
    const truth = labels[at] as number;
    const found = 1 / (1 + Math.exp(-logit)) >= least;
    // log(1 + e^x), of x = -logit for a tag that is there.
    const wrong = truth === 1 ? -logit : logit;
    loss += Math.max(wrong, 0) + Math.log1p(Math.exp(-Math.abs(wrong)));
    if (found) answered += 1;
    if (found && truth === 1) hits += 1;
  }
  const present = labels.reduce((sum, one) => sum + one, 0);
  const known = Object.values(each);
  const figures: TagFigures = { averagePrecision: each, examples: N, unknown };
  return {
    figures: {
      meanAveragePrecision: known.reduce((sum, one) => sum + one, 0) / Math.max(1, known.length),
      f1: present + answered === 0 ? 0 : (2 * hits) / (present + answered),
      loss: loss / Math.max(1, logits.length),
    },
    fields: { [name]: figures },
  };
}
