import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  classificationMetrics,
  fullSetRetrieval,
  groupedRecalls,
  predictedClass,
  rankOfPositive,
  retrievalRecalls,
  type ScoredPair,
} from './index.ts';

describe('rankOfPositive', () => {
  it('gives the positive the worst rank among equals by default', () => {
    const scores = [3, 1, 1, 1, 0];
    expect(rankOfPositive(scores, 1)).toBe(4);
    expect(rankOfPositive(scores, 1, 'best')).toBe(2);
    expect(rankOfPositive(scores, 1, 'mean')).toBe(3);
  });

  it('takes the best of several positives, which do not count as competitors', () => {
    expect(rankOfPositive([5, 4, 4, 1], [1, 2])).toBe(2);
    expect(rankOfPositive([5, 4, 4, 1], [0, 3])).toBe(1);
  });

  it('is 1 + the number of better candidates if all scores differ, in any order', () => {
    const cases = fc.uniqueArray(fc.float({ noNaN: true }), {
      minLength: 1,
      maxLength: 50,
      comparator: (a, b) => a === b,
    });
    fc.assert(
      fc.property(cases, fc.nat(), (scores, seed) => {
        const positive = seed % scores.length;
        const rank = [...scores].sort((a, b) => b - a).indexOf(scores[positive] as number) + 1;
        for (const tie of ['worst', 'best', 'mean'] as const) expect(rankOfPositive(scores, positive, tie)).toBe(rank);
      }),
    );
  });

  it.each([
    [[1, 2], [], 'a query has no positive'],
    [[1, 2], 2, 'a positive lies outside the 2 candidates, found 2'],
    [[1, 2], 0.5, 'a positive lies outside'],
    [[1, Number.NaN], 0, 'the score of candidate 1 is not a number, found "NaN"'],
    [[Number.NaN, 1], 0, 'the score of candidate 0 is not a number'],
    [[], 0, 'a positive lies outside the 0 candidates'],
  ])('refuses %j with positive %j', (scores, positive, message) => {
    expect(() => rankOfPositive(scores, positive)).toThrow(message);
  });
});

describe('retrievalRecalls', () => {
  it('counts in per cent', () => {
    expect(retrievalRecalls([1, 2, 5, 6, 10, 11, 1, 100])).toEqual({
      recalls: { '1': 25, '5': 50, '10': 75 },
      meanReciprocalRank: (1 + 1 / 2 + 1 / 5 + 1 / 6 + 1 / 10 + 1 / 11 + 1 + 1 / 100) / 8,
      medianRank: 5.5,
      meanRank: 17,
      queries: 8,
    });
  });

  it('refuses an empty list and ranks below 1', () => {
    expect(() => retrievalRecalls([])).toThrow('no query was ranked');
    expect(() => retrievalRecalls([1, 0])).toThrow('a rank must be a number from 1 up, found "0"');
    expect(() => retrievalRecalls([Number.NaN])).toThrow('a rank must be');
  });
});

describe('fullSetRetrieval', () => {
  it('supports several right images for a text', () => {
    // Products a (two images) and b; for the text of a, the image of b scores best, then a's second image.
    const found = fullSetRetrieval({
      scores: [0.1, 0.9, 0.8, 0.2, 0.9, 0.3],
      imageProducts: ['a', 'a', 'b'],
      textProducts: ['a', 'b'],
    });
    expect(found.ranks).toEqual({ imageToText: [2, 1, 2], textToImage: [2, 2] });
    expect(found.sumR).toBeCloseTo(100 / 3 + 100 + 100 + 0 + 100 + 100, 9);
  });

  it('refuses a matrix of the wrong size and a query without a counterpart', () => {
    expect(() => fullSetRetrieval({ scores: [1, 2, 3], imageProducts: ['a', 'b'], textProducts: ['a', 'b'] })).toThrow(
      '2 images and 2 texts need 4 scores, found 3',
    );
    expect(() => fullSetRetrieval({ scores: [1, 2], imageProducts: ['a'], textProducts: ['a', 'b'] })).toThrow(
      'a text has no counterpart in the set, so that its rank is not defined, found "b"',
    );
  });
});

describe('classificationMetrics', () => {
  it('computes both macro averages', () => {
    // Class 0: precision 1, recall 1/2, F1 2/3; class 1: precision 1/2, recall 1, F1 2/3; class 2 does not occur.
    const found = classificationMetrics({ truth: [0, 0, 1], predicted: [0, 1, 1], classes: 3 });
    expect(found.accuracy).toBeCloseTo(200 / 3, 9);
    expect(found.macroF1).toBeCloseTo(200 / 3, 9);
    expect(found.macroF1AllClasses).toBeCloseTo(400 / 9, 9);
    expect(found.confusion).toEqual([
      [1, 1, 0],
      [0, 1, 0],
      [0, 0, 0],
    ]);
  });

  it('refuses lists that do not match', () => {
    expect(() => classificationMetrics({ truth: [0], predicted: [0, 1], classes: 2 })).toThrow('as long as each other');
    expect(() => classificationMetrics({ truth: [], predicted: [], classes: 2 })).toThrow('not empty');
    expect(() => classificationMetrics({ truth: [0, 2], predicted: [0, 1], classes: 2 })).toThrow(
      'example 1 has a class outside 0 to 1, found 2',
    );
  });

  it('predicts the first of equal logits', () => {
    expect(predictedClass([0, 2, 2])).toBe(1);
    expect(() => predictedClass([0, Number.NaN])).toThrow('the logit of class 1 is not a number');
    expect(() => predictedClass([])).toThrow('no logits');
  });
});

describe('groupedRecalls', () => {
  const pair = (query: string, score: number, matches = false): ScoredPair => ({ query, score, matches });

  it('ranks each group separately, regardless of the order of pairs', () => {
    const { recalls, queries, withoutMatch } = groupedRecalls([
      pair('a', 3),
      pair('b', 9, true),
      pair('a', 5, true),
      ...Array.from({ length: 6 }, (_, i) => pair('c', 10 - i)),
      pair('c', 1, true),
      pair('b', 2),
    ]);
    expect(recalls).toEqual({ 1: expect.closeTo(66.667, 2), 5: expect.closeTo(66.667, 2), 10: 100 });
    expect([queries, withoutMatch]).toEqual([3, 0]);
  });

  it('keeps the order of the file among equal scores', () => {
    expect(groupedRecalls([pair('a', 1), pair('a', 1, true)]).recalls[1]).toBe(0);
    expect(groupedRecalls([pair('a', 1, true), pair('a', 1)]).recalls[1]).toBe(100);
  });

  it('counts queries without a match as missed, and returns their number', () => {
    expect(groupedRecalls([pair('a', 1, true), pair('b', 1)])).toEqual({
      recalls: { 1: 50, 5: 50, 10: 50 },
      queries: 2,
      withoutMatch: 1,
    });
  });

  it('refuses an empty list, and NaN scores', () => {
    expect(() => groupedRecalls([])).toThrow('@kaleido/eval: there are no pairs to rank');
    expect(() => groupedRecalls([pair('a', Number.NaN)])).toThrow(/score that is NaN, found "a"/);
  });
});
