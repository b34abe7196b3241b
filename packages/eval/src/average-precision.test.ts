import { expect, it } from '@jest/globals';
import { averagePrecision } from './average-precision.ts';

// Values of sklearn.metrics.average_precision_score; the first is the example of its documentation.
it.each<[string, number[], number[], number]>([
  ['two of four', [0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], 0.8333333333333333],
  ['all in front', [1, 1, 0], [3, 2, 1], 1],
  ['the last', [0, 0, 1], [3, 2, 1], 1 / 3],
  ['equal scores: the share of the label', [1, 0, 0, 1], [2, 2, 2, 2], 0.5],
])('averages the precision at each hit: %s', (_, truth, scores, expected) => {
  expect(averagePrecision(truth, scores)).toBeCloseTo(expected, 12);
});

it('refuses what has no answer', () => {
  expect(() => averagePrecision([0, 0], [1, 2])).toThrow('no item has the label');
  expect(() => averagePrecision([1], [1, 2])).toThrow('as long as each other');
  expect(() => averagePrecision([1, 0], [Number.NaN, 2])).toThrow('the score of item 0 is not a number');
});
