import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  chooseTwoStageWeight,
  combineScores,
  crossFittedWeight,
  type FirstStage,
  firstStage,
  fullSetRetrieval,
  rankOfPositive,
  type TwoStages,
  twoStageFigures,
  twoStageRanks,
  weightOf,
} from '../index.ts';

/** A first stage over a matrix of scores, where query i and candidate i belong together. */
function stageOf(
  scores: readonly (readonly number[])[],
  best: number,
  right?: readonly (readonly number[])[],
): FirstStage {
  return firstStage({
    queries: scores.length,
    candidates: scores[0]?.length ?? 0,
    scoresOf: (query) => scores[query] as readonly number[],
    rightOf: (query) => right?.[query] ?? [query],
    best,
  });
}

/** The second scores of the candidates that were kept. */
function secondOf(first: FirstStage, scores: readonly (readonly number[])[]): TwoStages {
  const second = Float32Array.from(
    first.kept,
    (candidate, at) => scores[Math.floor(at / first.best)]?.[candidate] as number,
  );
  return { first, second };
}

describe('firstStage', () => {
  it('keeps the best of each query, and ranks the right one after equal ones', () => {
    const first = stageOf(
      [
        [0.5, 0.9, 0.1, 0.5],
        [0.3, 0.3, 0.3, 0.3],
      ],
      2,
    );
    expect([...first.kept]).toEqual([1, 3, 0, 2]);
    expect([...first.scores]).toEqual([0.9, 0.5, 0.3, 0.3]);
    expect([...first.ranks]).toEqual([3, 4]);
  });

  const matrices = fc
    .record({ queries: fc.integer({ min: 1, max: 6 }), candidates: fc.integer({ min: 6, max: 14 }) })
    .chain(({ queries, candidates }) =>
      fc.record({
        scores: fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: candidates, maxLength: candidates }), {
          minLength: queries,
          maxLength: queries,
        }),
        best: fc.integer({ min: 0, max: candidates + 2 }),
      }),
    );

  it('keeps the right one exactly if its rank is within K, ordered as a full sort', () => {
    fc.assert(
      fc.property(matrices, ({ scores, best }) => {
        const first = stageOf(scores, best);
        for (const [query, row] of scores.entries()) {
          const kept = [...first.kept.subarray(query * first.best, (query + 1) * first.best)];
          const sorted = row
            .map((score, candidate) => ({ score, candidate, right: candidate === query ? 1 : 0 }))
            .sort((a, b) => b.score - a.score || a.right - b.right || a.candidate - b.candidate);
          expect(kept).toEqual(sorted.slice(0, best).map(({ candidate }) => candidate));
          expect(first.ranks[query]).toBe(rankOfPositive(row, query));
          expect(kept.includes(query)).toBe((first.ranks[query] as number) <= first.best);
        }
      }),
    );
  });

  it('names the best of several right ones, kept or not, the first of equal ones', () => {
    const scores = [
      [0.1, 0.9, 0.8, 0.7],
      [0.9, 0.2, 0.5, 0.5],
    ];
    const right = [
      [0, 3],
      [1, 2, 3],
    ];
    expect([...stageOf(scores, 1, right).bestRight]).toEqual([3, 2]);
  });

  it('refuses NaN, too few scores, and a query without a right candidate', () => {
    expect(() => stageOf([[1, Number.NaN]], 1)).toThrow('@kaleido/eval: the score of candidate 1 is not a number');
    expect(() => stageOf([[1, 2]], 1, [[]])).toThrow('a query has no positive');
    expect(() => firstStage({ queries: 1, candidates: 3, scoresOf: () => [1], rightOf: () => [0], best: 1 })).toThrow(
      'query 0 needs 3 scores, found 1',
    );
  });
});

describe('twoStageRanks', () => {
  // Query 0 is right at candidate 0.
  const first = [[0.9, 1, 0.8, 0.7, 0.1]];
  const second = [[5, 1, 4, 9, 99]];

  it('puts the kept ones into a new order, and leaves the rest behind them', () => {
    const stages = (best: number) => secondOf(stageOf(first, best), second);
    expect(twoStageRanks(stages(3), 1)).toEqual([1]);
    // The fourth is better by the second scorer, the fifth is never asked.
    expect(twoStageRanks(stages(4), 1)).toEqual([2]);
    expect(twoStageRanks(stages(4), 1, 3)).toEqual([1]);
    expect(twoStageRanks(stages(4), 0)).toEqual([2]);
    expect(twoStageRanks(stages(4), 1, 0)).toEqual([2]);
    expect(twoStageRanks(stages(1), 1)).toEqual([2]);
  });

  it('equals ranking everything by the second scorer where everything is kept', () => {
    const square = fc.integer({ min: 2, max: 7 }).chain((n) => {
      const matrix = fc.array(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: n, maxLength: n }), {
        minLength: n,
        maxLength: n,
      });
      return fc.record({ a: matrix, b: matrix });
    });
    fc.assert(
      fc.property(square, ({ a, b }) => {
        const all = secondOf(stageOf(a, a.length), b);
        expect(twoStageRanks(all, 1)).toEqual(b.map((row, query) => rankOfPositive(row, query)));
        expect(twoStageRanks(all, 0)).toEqual(a.map((row, query) => rankOfPositive(row, query)));
        expect(twoStageRanks(all, 0.5)).toEqual(
          a.map((row, query) => {
            // In the order that was kept, so that sums round alike.
            const kept = [...all.first.kept.subarray(query * a.length, (query + 1) * a.length)];
            const [x, y] = [kept.map((at) => row[at] as number), kept.map((at) => b[query]?.[at] as number)];
            return rankOfPositive(combineScores(x, y, 0.5), kept.indexOf(query));
          }),
        );
      }),
    );
  });

  it('takes the best of several right ones', () => {
    const stages = secondOf(stageOf([[1, 0.9, 0.8, 0.7]], 3, [[1, 2]]), [[7, 1, 9, 0]]);
    expect(twoStageRanks(stages, 1)).toEqual([1]);
    expect(twoStageRanks(stages, 0)).toEqual([2]);
  });

  it('refuses more candidates than were kept', () => {
    expect(() => twoStageRanks(secondOf(stageOf(first, 2), second), 1, 3)).toThrow(
      /reads at most 2 of a query, found \{"scores":2,"best":3\}/,
    );
  });
});

describe('twoStageFigures', () => {
  // Four products; embeddings put a right one below its neighbour, the second scorer does not.
  const embeddings = [
    [8, 9, 1, 0],
    [0, 8, 9, 1],
    [1, 0, 8, 9],
    [9, 1, 0, 8],
  ];
  const transposed = embeddings.map((_, column) => embeddings.map((row) => row[column] as number));
  const right = embeddings.map((row, at) => row.map((_, other) => (other === at ? 1 : 0)));
  const directions = (best: number) => ({
    imageToText: secondOf(stageOf(embeddings, best), right),
    textToImage: secondOf(stageOf(transposed, best), right),
  });

  it('has both stages, the ceiling and the curve', () => {
    const figures = twoStageFigures(directions(2), 1);
    expect(figures).toMatchObject({
      best: 2,
      images: 4,
      texts: 4,
      matchingWeight: 1,
      sumR: 600,
      imageToText: { recalls: { '1': 100 }, medianRank: 1, meanReciprocalRank: 1, queries: 4 },
      firstStage: { sumR: 400, imageToText: { recalls: { '1': 0, '5': 100 }, medianRank: 2, meanReciprocalRank: 0.5 } },
      matchingAlone: { sumR: 600 },
      ceiling: { imageToText: 100, textToImage: 100 },
    });
    expect(
      figures.curve.map(({ best, sumR, matchingAlone, ceiling }) => [best, sumR, matchingAlone, ceiling.imageToText]),
    ).toEqual([
      [0, 400, 400, 0],
      [2, 600, 600, 100],
    ]);
    const { firstStage: alone } = figures;
    const whole = fullSetRetrieval({
      scores: embeddings.flat(),
      imageProducts: [0, 1, 2, 3],
      textProducts: [0, 1, 2, 3],
    });
    expect(alone).toEqual({ imageToText: whole.imageToText, textToImage: whole.textToImage, sumR: whole.sumR });
    expect(twoStageFigures(directions(1), 1)).toMatchObject({ sumR: 400, ceiling: { imageToText: 0, textToImage: 0 } });
  });

  it('chooses the lowest of the weights that work best', () => {
    const { weight, tried } = chooseTwoStageWeight(directions(2));
    expect(tried).toHaveLength(21);
    expect(tried[0]).toEqual({ weight: 0, sumR: 400 });
    expect(tried[20]).toEqual({ weight: 1, sumR: 600 });
    // Of two candidates, standardised scores are 1 and -1: the heavier scorer decides. At 0.5 they are equal.
    expect(weight).toBe(0.55);
  });
});

describe('weightOf', () => {
  it('is the one weight, or that of the query in its direction', () => {
    expect(weightOf(0.25, 'imageToText')(3)).toBe(0.25);
    const each = { imageToText: (query: number) => query, textToImage: (query: number) => -query };
    expect(weightOf(each, 'imageToText')(3)).toBe(3);
    expect(weightOf(each, 'textToImage')(3)).toBe(-3);
  });
});

describe('crossFittedWeight', () => {
  // Of the products 0 and 1 the second scorer knows the answers, of 2 and 3 the first one.
  const known = [
    [8, 9, 1, 0],
    [0, 8, 9, 1],
    [1, 0, 9, 8],
    [8, 1, 0, 9],
  ];
  const misled = known.map((row, at) => row.map((_, other) => (at < 2 ? Number(other === at) : Number(other !== at))));
  const stages = secondOf(stageOf(known, 2), misled);
  const both = { imageToText: stages, textToImage: stages };
  const ofFirst = (query: number): boolean => query < 2;

  it('refuses a half without queries', () => {
    expect(() => crossFittedWeight(both, { imageToText: () => true, textToImage: ofFirst })).toThrow(
      /no query was ranked/,
    );
  });

  it('gives each half the weight that works best for the other one', () => {
    const { weight, weights } = crossFittedWeight(both, { imageToText: ofFirst, textToImage: ofFirst });
    expect(weights).toEqual([0, 0.55]);
    expect([0, 1, 2, 3].map((query) => weight.imageToText(query))).toEqual([0, 0, 0.55, 0.55]);
    expect([0, 1, 2, 3].map((query) => weight.textToImage(query))).toEqual([0, 0, 0.55, 0.55]);
    // So what helps one half alone helps none, and the figures are those of the weights as they are used.
    expect(twoStageFigures(both, weight)).toMatchObject({
      matchingWeight: 0.275,
      imageToText: { recalls: { '1': 0 } },
    });
    expect(twoStageFigures(both, 0).imageToText.recalls['1']).toBe(50);
  });
});
