import { KaleidoError } from '@kaleido/foundation';
import { averagePrecision } from './average-precision.ts';
import { type ClassMetrics, classificationMetrics, predictedClass } from './classification-metrics.ts';
import type { RecognitionFigures } from './evaluation.ts';

/** What a classifier said of items with at most one label each. */
export interface RecognisedItems {
  /** Label of each item; undefined: it has none, and is not measured. */
  readonly truth: readonly (string | undefined)[];
  /** [items, classes] */
  readonly logits: Float32Array;
  /** Names of the classes that the classifier knows, in the order of the logits. */
  readonly classes: readonly string[];
}

/** Figures of one class; see `ClassMetrics`. */
export interface NamedClassMetrics extends ClassMetrics {
  readonly name: string;
  /** How often it was answered. */
  readonly answered: number;
  /** Of its probability against all other classes, in per cent; absent if no item has it or the classifier lacks it. */
  readonly averagePrecision?: number;
}

/** How often a class was taken for another, or for itself. */
export interface Confusion {
  readonly truth: string;
  readonly answer: string;
  readonly count: number;
}

/** A wrong answer. */
export interface WrongAnswer {
  /** Which item. */
  readonly item: number;
  readonly truth: string;
  readonly answer: string;
  /** Probability of the answer and of the truth, 0..1; 0 for a label that the classifier does not know. */
  readonly confidence: number;
  readonly confidenceOfTruth: number;
}

/** Everything about one classifier on one set of items. Per cent unless stated otherwise. */
export interface RecognitionDetails extends RecognitionFigures {
  readonly macroF1AllClasses: number;
  readonly f1OfMeans: number;
  readonly meanAveragePrecision?: number;
  readonly commonestClass: {
    readonly name: string;
    readonly accuracy: number;
    readonly macroF1: number;
    readonly macroF1AllClasses: number;
    readonly f1OfMeans: number;
  };
  /** Items measured, and items without a label, which are not. */
  readonly examples: number;
  readonly unlabelled: number;
  /** Labels of items that the classifier does not know: always wrong. */
  readonly unknownLabels: readonly string[];
  /** Classes in the truth or among the answers, the most items first, then by name. */
  readonly perClass: readonly NamedClassMetrics[];
  /** Cells of the confusion matrix that are not 0, in the order of `perClass`. */
  readonly confusions: readonly Confusion[];
  /** The most confident one first. */
  readonly wrong: readonly WrongAnswer[];
}

/**
 * Accuracy, F1 both ways, figures of each class, confusions and wrong answers of a single-label classifier, beside
 * always answering the commonest class of these items. The figures do not depend on the order of the items.
 * @throws KaleidoError if no item has a label, the logits do not fill items and classes, or one is NaN
 */
export function recognitionDetails({ truth, logits, classes }: RecognisedItems): RecognitionDetails {
  const C = classes.length;
  if (logits.length !== truth.length * C)
    throw new KaleidoError({
      source: 'eval',
      problem: `${truth.length} items and ${C} classes need ${truth.length * C} logits`,
      found: logits.length,
    });
  const items = truth.flatMap((label, item) => (label === undefined ? [] : [item]));
  if (items.length === 0)
    throw new KaleidoError({
      source: 'eval',
      problem: 'recognition cannot be measured: no item has this label',
      found: `${truth.length} items without`,
      advice: 'measure another field, or give products with this label',
    });
  const places = new Map(classes.map((name, place) => [name, place]));
  const unknownLabels = [...new Set(items.map((item) => truth[item] as string))].filter((name) => !places.has(name));
  unknownLabels.sort(byName);
  const names = [...classes, ...unknownLabels];
  for (const [place, name] of names.entries()) places.set(name, place);

  const labels = items.map((item) => places.get(truth[item] as string) as number);
  const rows = items.map((item) => logits.subarray(item * C, (item + 1) * C));
  const answers = rows.map(predictedClass);
  const probabilities = rows.map(softmax);
  const metrics = classificationMetrics({ truth: labels, predicted: answers, classes: names.length });

  const columns = names.map((_, column) => metrics.confusion.reduce((sum, row) => sum + (row[column] as number), 0));
  const precisions = classes.map((_, place) =>
    (metrics.perClass[place] as ClassMetrics).support === 0
      ? undefined
      : 100 *
        averagePrecision(
          labels.map((label) => (label === place ? 1 : 0)),
          probabilities.map((of) => of[place] as number),
        ),
  );
  const known = precisions.filter((value) => value !== undefined);
  const order = names
    .map((name, place) => ({ name, place, support: (metrics.perClass[place] as ClassMetrics).support }))
    .filter(({ place, support }) => support + (columns[place] as number) > 0)
    .sort((a, b) => b.support - a.support || byName(a.name, b.name));
  const { accuracy, macroF1, macroF1AllClasses, f1OfMeans, examples } = metrics;
  return {
    accuracy,
    macroF1,
    macroF1AllClasses,
    f1OfMeans,
    ...(known.length === 0
      ? {}
      : { meanAveragePrecision: known.reduce((sum, value) => sum + value, 0) / known.length }),
    commonestClass: commonest(labels, names, order[0] as (typeof order)[number]),
    examples,
    unlabelled: truth.length - examples,
    unknownLabels,
    perClass: order.map(({ name, place }) => ({
      name,
      ...(metrics.perClass[place] as ClassMetrics),
      answered: columns[place] as number,
      ...(precisions[place] === undefined ? {} : { averagePrecision: precisions[place] }),
    })),
    confusions: order.flatMap((row) =>
      order.flatMap((column) => {
        const count = metrics.confusion[row.place]?.[column.place] as number;
        return count === 0 ? [] : [{ truth: row.name, answer: column.name, count }];
      }),
    ),
    wrong: wrongAnswers(items, labels, answers, probabilities, names),
  };
}

/** The figures of `evaluation.json`. */
export function recognitionFigures({
  accuracy,
  macroF1,
  macroF1AllClasses,
  f1OfMeans,
  meanAveragePrecision,
  commonestClass: { name, accuracy: ofCommonest, macroF1: f1OfCommonest },
}: RecognitionDetails): RecognitionFigures {
  return {
    accuracy,
    macroF1,
    macroF1AllClasses,
    f1OfMeans,
    ...(meanAveragePrecision === undefined ? {} : { meanAveragePrecision }),
    commonestClass: { name, accuracy: ofCommonest, macroF1: f1OfCommonest },
  };
}

function commonest(
  labels: readonly number[],
  names: readonly string[],
  { name, place }: { readonly name: string; readonly place: number },
): RecognitionDetails['commonestClass'] {
  const { accuracy, macroF1, macroF1AllClasses, f1OfMeans } = classificationMetrics({
    truth: labels,
    predicted: labels.map(() => place),
    classes: names.length,
  });
  return { name, accuracy, macroF1, macroF1AllClasses, f1OfMeans };
}

function wrongAnswers(
  items: readonly number[],
  labels: readonly number[],
  answers: readonly number[],
  probabilities: readonly Float64Array[],
  names: readonly string[],
): WrongAnswer[] {
  const wrong = items.flatMap((item, index): WrongAnswer[] => {
    const [label, answer] = [labels[index] as number, answers[index] as number];
    if (label === answer) return [];
    const of = probabilities[index] as Float64Array;
    return [
      {
        item,
        truth: names[label] as string,
        answer: names[answer] as string,
        confidence: of[answer] as number,
        confidenceOfTruth: of[label] ?? 0,
      },
    ];
  });
  return wrong.sort((a, b) => b.confidence - a.confidence || a.item - b.item);
}

function softmax(logits: Float32Array): Float64Array {
  const largest = logits.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const powers = Float64Array.from(logits, (value) => Math.exp(value - largest));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

/** By code units: the same on every machine. */
function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
