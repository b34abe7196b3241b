import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { recognitionDetails, recognitionFigures } from './index.ts';

// Expected values: scikit-learn 1.9.1 (accuracy_score, f1_score, precision_score, recall_score with macro averages,
// average_precision_score over softmax probabilities, confusion_matrix). Item 3 has no label; `d` is unknown to the classifier.
const truth = ['a', 'b', 'b', undefined, 'c', 'a', 'd', 'b', 'a'];
const classes = ['a', 'b', 'c', 'e'];
const logits = Float32Array.from(
  [
    [2, 1, 0, -1],
    [0, 1, 0.5, -2],
    [1.5, 1, 0, 0],
    [9, 9, 9, 9],
    [0, 0.25, 1, 0.5],
    [0.5, 0.25, 0.75, -1],
    [0, 2, 1, 0],
    [-1, 3, 0, 0],
    [1, 1, 0, 0],
  ].flat(),
);
const details = recognitionDetails({ truth, logits, classes });

describe('recognitionDetails', () => {
  it('gives the figures of scikit-learn, and F1 both ways', () => {
    expect(details.accuracy).toBeCloseTo(62.5, 9);
    expect(details.macroF1).toBeCloseTo(50, 9);
    expect(details.macroF1AllClasses).toBeCloseTo(40, 9);
    const [precision, recall] = [100 * 0.4583333333333333, 100 * 0.5833333333333333];
    expect(details.f1OfMeans).toBeCloseTo((2 * precision * recall) / (precision + recall), 9);
    expect(details.meanAveragePrecision).toBeCloseTo(85.37037037037037, 9);
    expect(details.commonestClass.name).toBe('a');
    expect(details.commonestClass.accuracy).toBeCloseTo(37.5, 9);
    expect(details.commonestClass.macroF1).toBeCloseTo(13.636363636363635, 9);
    expect([details.examples, details.unlabelled, details.unknownLabels]).toEqual([8, 1, ['d']]);
  });

  it('has each class in truth or answers, the commonest first, and every cell that is not 0', () => {
    expect(details.perClass.map(({ name, support, answered }) => [name, support, answered])).toEqual([
      ['a', 3, 3],
      ['b', 3, 3],
      ['c', 1, 2],
      ['d', 1, 0],
    ]);
    expect(details.perClass.map(({ averagePrecision }) => averagePrecision?.toFixed(4))).toEqual([
      '80.5556',
      '75.5556',
      '100.0000',
      undefined,
    ]);
    expect(details.confusions).toEqual([
      { truth: 'a', answer: 'a', count: 2 },
      { truth: 'a', answer: 'c', count: 1 },
      { truth: 'b', answer: 'a', count: 1 },
      { truth: 'b', answer: 'b', count: 2 },
      { truth: 'c', answer: 'c', count: 1 },
      { truth: 'd', answer: 'b', count: 1 },
    ]);
  });

  it('names wrong answers, the most confident one first', () => {
    expect(details.wrong.map(({ item, truth: label, answer }) => [item, label, answer])).toEqual([
      [6, 'd', 'b'],
      [2, 'b', 'a'],
      [5, 'a', 'c'],
    ]);
    const sum = Math.exp(2) + Math.exp(1) + 2;
    expect(details.wrong[0]?.confidence).toBeCloseTo(Math.exp(2) / sum, 9);
    expect(details.wrong[0]?.confidenceOfTruth).toBe(0);
    const second = Math.exp(1.5) + Math.exp(1) + 2;
    expect(details.wrong[1]?.confidenceOfTruth).toBeCloseTo(Math.exp(1) / second, 9);
  });

  it('gives evaluation.json its part', () => {
    const { accuracy, macroF1, macroF1AllClasses, f1OfMeans, meanAveragePrecision } = details;
    expect(recognitionFigures(details)).toEqual({
      accuracy,
      macroF1,
      macroF1AllClasses,
      f1OfMeans,
      meanAveragePrecision,
      commonestClass: { name: 'a', accuracy: 37.5, macroF1: details.commonestClass.macroF1 },
    });
  });

  const someItems = fc
    .integer({ min: 2, max: 6 })
    .chain((C) =>
      fc.array(
        fc.record({
          label: fc.option(fc.integer({ min: 0, max: C }), { nil: undefined }),
          // Few values, so that there are ties.
          logits: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: C, maxLength: C }),
        }),
        { minLength: 1, maxLength: 30 },
      ),
    )
    .filter((items) => items.some(({ label }) => label !== undefined));

  it('does not depend on the order of the items, and its counts add up', () => {
    fc.assert(
      fc.property(someItems, fc.infiniteStream(fc.nat()), (items, numbers) => {
        const of = (some: typeof items) =>
          recognitionDetails({
            truth: some.map(({ label }) => (label === undefined ? undefined : `class ${label}`)),
            logits: Float32Array.from(some.flatMap((item) => item.logits)),
            classes: (items[0] as (typeof items)[number]).logits.map((_, at) => `class ${at}`),
          });
        const found = of(items);
        const shuffled = items
          .map((item) => ({ item, at: numbers.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ item }) => item);
        const again = of(shuffled);
        const { wrong, ...figures } = found;
        const { wrong: wrongAgain, ...figuresAgain } = again;
        expect(JSON.stringify(figuresAgain, rounded)).toBe(JSON.stringify(figures, rounded));
        expect(wrongAgain).toHaveLength(wrong.length);
        expect(found.confusions.reduce((sum, { count }) => sum + count, 0)).toBe(found.examples);
        expect(found.perClass.reduce((sum, { support }) => sum + support, 0)).toBe(found.examples);
        expect(found.examples - wrong.length).toBeCloseTo((found.examples * found.accuracy) / 100, 6);
        // Mean of harmonic means, and harmonic mean of means.
        expect(found.f1OfMeans).toBeGreaterThanOrEqual(found.macroF1 - 1e-9);
      }),
    );
  });

  it.each([
    [['a'], [1, 2, 3], 'need 2 logits, found 3'],
    [[undefined], [1, 2], 'no item has this label, found "1 items without"'],
    [['a'], [1, Number.NaN], 'the logit of class 1 is not a number'],
  ])('refuses %j with %j', (labels, values, message) => {
    expect(() => recognitionDetails({ truth: labels, logits: Float32Array.from(values), classes: ['a', 'b'] })).toThrow(
      message,
    );
  });
});

/** Sums in another order differ in their last digits. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toFixed(9)) : value;
}
