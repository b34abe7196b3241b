import { KaleidoError } from '@kaleido/foundation';

export interface Predictions {
  /** Class index of each example. */
  readonly truth: ArrayLike<number>;
  /** Class index that the model predicted; same length as `truth`. */
  readonly predicted: ArrayLike<number>;
  /** The number of classes; indices start at 0. */
  readonly classes: number;
}

/** Figures of one class, in per cent; 0 if the class was never predicted, or has no examples. */
export interface ClassMetrics {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** The number of examples of this class. */
  readonly support: number;
}

/** All figures in per cent. */
export interface ClassificationMetrics {
  readonly accuracy: number;
  /** Mean F1 over the classes that occur in the truth or in the predictions (scikit-learn's default). */
  readonly macroF1: number;
  /** Mean F1 over all classes; one that occurs in neither counts 0 (as in the paper's released code). */
  readonly macroF1AllClasses: number;
  /**
   * F1 of the mean precision and the mean recall over the classes that occur in the truth or in the predictions: the
   * other figure that papers call macro-F1. Never below `macroF1`.
   */
  readonly f1OfMeans: number;
  /** Equal to the accuracy, as every example has one class; for tables that list it. */
  readonly microF1: number;
  /** Mean F1 weighted by support. */
  readonly weightedF1: number;
  readonly perClass: readonly ClassMetrics[];
  /** Counts; rows are the truth, columns the predictions. */
  readonly confusion: readonly (readonly number[])[];
  /** The number of examples. */
  readonly examples: number;
}

/**
 * Accuracy and F1 of a single-label classifier.
 * @throws KaleidoError if there are no examples, the lists differ in length, or a class is out of range
 */
export function classificationMetrics({ truth, predicted, classes }: Predictions): ClassificationMetrics {
  if (truth.length === 0 || truth.length !== predicted.length)
    throw new KaleidoError({
      source: 'eval',
      problem: 'truth and answers must be as long as each other, and not empty',
      found: { truth: truth.length, predicted: predicted.length },
    });
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let index = 0; index < truth.length; index++) {
    for (const label of [truth[index], predicted[index]] as number[])
      if (!Number.isInteger(label) || label < 0 || label >= classes)
        throw new KaleidoError({
          source: 'eval',
          problem: `example ${index} has a class outside 0 to ${classes - 1}`,
          found: label,
        });
    const row = confusion[truth[index] as number] as number[];
    row[predicted[index] as number] = (row[predicted[index] as number] as number) + 1;
  }
  let right = 0;
  let present = 0;
  const perClass = confusion.map((row, label): ClassMetrics => {
    const hits = row[label] as number;
    const support = row.reduce((sum, count) => sum + count, 0);
    const answered = confusion.reduce((sum, other) => sum + (other[label] as number), 0);
    right += hits;
    if (support + answered > 0) present++;
    return {
      precision: answered === 0 ? 0 : (100 * hits) / answered,
      recall: support === 0 ? 0 : (100 * hits) / support,
      f1: support + answered === 0 ? 0 : (200 * hits) / (support + answered),
      support,
    };
  });
  const examples = truth.length;
  const sumOfF1 = perClass.reduce((sum, { f1 }) => sum + f1, 0);
  const accuracy = (100 * right) / examples;
  // A class in neither has precision and recall 0: it adds nothing to the sums.
  const meanPrecision = perClass.reduce((sum, { precision }) => sum + precision, 0) / present;
  const meanRecall = perClass.reduce((sum, { recall }) => sum + recall, 0) / present;
  return {
    accuracy,
    macroF1: sumOfF1 / present,
    macroF1AllClasses: sumOfF1 / classes,
    f1OfMeans: right === 0 ? 0 : (2 * meanPrecision * meanRecall) / (meanPrecision + meanRecall),
    microF1: accuracy,
    weightedF1: perClass.reduce((sum, { f1, support }) => sum + f1 * support, 0) / examples,
    perClass,
    confusion,
    examples,
  };
}

/**
 * The class with the highest logit; the first of equal ones.
 * @throws KaleidoError if there is no logit, or one is NaN
 */
export function predictedClass(logits: ArrayLike<number>): number {
  let best = -1;
  for (let index = 0; index < logits.length; index++) {
    const logit = logits[index] as number;
    if (Number.isNaN(logit))
      throw new KaleidoError({ source: 'eval', problem: `the logit of class ${index} is not a number`, found: 'NaN' });
    if (best < 0 || logit > (logits[best] as number)) best = index;
  }
  if (best < 0) throw new KaleidoError({ source: 'eval', problem: 'no logits to choose a class from' });
  return best;
}
