import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type CandidateList,
  type CandidateListFile,
  chooseWeight,
  combineScoredLists,
  combineScores,
  evaluateRetrieval,
  type ScoredListFile,
  scoreCandidateLists,
  summarizeRetrieval,
} from './index.ts';

function list(direction: CandidateList['direction'], query: string): CandidateList {
  const candidates = ['a', 'b', 'c', 'd', 'e', 'f'];
  return { direction, query, positive: query, subcategory: 'dress', sameSubcategoryNegatives: 5, candidates };
}

function file(name: string, queries: readonly string[]): CandidateListFile {
  const lists = queries.flatMap((query) => [list('image-to-text', query), list('text-to-image', query)]);
  return { name, sha256: name, lists };
}

describe('evaluateRetrieval', () => {
  /** Ranks candidates in alphabetical order for images, in reverse for texts. */
  const alphabetical = (direction: string, _query: string, candidates: readonly string[]): number[] =>
    candidates.map((_, index) => (direction === 'image-to-text' ? -index : index));

  it('computes mean and sample deviation over files', async () => {
    const progress: [number, number][] = [];
    const found = await evaluateRetrieval({
      files: [file('one', ['a', 'f']), file('two', ['b', 'c'])],
      score: alphabetical,
      onProgress: (done, total) => progress.push([done, total]),
    });
    // Ranks of file one: images a 1, f 6; texts a 6, f 1. File two: images b 2, c 3; texts b 5, c 4.
    expect(found.files.map(({ imageToText, textToImage, sumR }) => ({ imageToText, textToImage, sumR }))).toEqual([
      { imageToText: { '1': 50, '5': 50, '10': 100 }, textToImage: { '1': 50, '5': 50, '10': 100 }, sumR: 400 },
      { imageToText: { '1': 0, '5': 100, '10': 100 }, textToImage: { '1': 0, '5': 100, '10': 100 }, sumR: 400 },
    ]);
    expect(found.imageToText).toEqual({ '1': 25, '5': 75, '10': 100 });
    expect(found.sumR).toBe(400);
    expect(found.standardDeviation?.imageToText['1']).toBeCloseTo(Math.sqrt(1250), 9);
    expect(found.standardDeviation?.sumR).toBe(0);
    expect(found.files[0]?.queries).toEqual({ imageToText: 2, textToImage: 2 });
    expect(progress.at(-1)).toEqual([8, 8]);
  });

  it('has no deviation over one file', async () => {
    const found = await evaluateRetrieval({ files: [file('one', ['a'])], score: alphabetical });
    expect(found).not.toHaveProperty('standardDeviation');
  });

  it('refuses invalid scores, and files without one direction', async () => {
    const files = [file('one', ['a'])];
    await expect(evaluateRetrieval({ files, score: () => [1] })).rejects.toThrow(
      'must give 6 scores for query a, found 1',
    );
    await expect(evaluateRetrieval({ files, score: () => Array(6).fill(Number.NaN) })).rejects.toThrow(
      'the image-to-text score of query a and candidate a is not a number',
    );
    const half = { name: 'half', sha256: '', lists: [list('image-to-text', 'a')] };
    await expect(evaluateRetrieval({ files: [half], score: alphabetical })).rejects.toThrow(
      'half holds no text-to-image list',
    );
    await expect(evaluateRetrieval({ files: [], score: alphabetical })).rejects.toThrow('no candidate list was scored');
  });
});

describe('combineScores', () => {
  it('mixes standardised scores', () => {
    // Both lists standardise to -1, 1; the mix of opposite orders at 0.25 is -0.75 + 0.25 = -0.5.
    expect([...combineScores([0, 10], [3, 1], 0.25)]).toEqual([-0.5, 0.5]);
  });

  it('is each scorer itself at the ends', () => {
    expect([...combineScores([1, 1, 5], [7, 8, 9], 0)]).toEqual([1, 1, 5]);
    expect([...combineScores([1, 1, 5], [7, 8, 9], 1)]).toEqual([7, 8, 9]);
  });

  it('ignores a scorer with equal scores', () => {
    expect([...combineScores([2, 2, 2], [0, 4, 8], 0.5)].map(Math.sign)).toEqual([-1, 0, 1]);
  });

  it('refuses what cannot be mixed', () => {
    expect(() => combineScores([1], [1, 2], 0.5)).toThrow('both scorers must have scored the same candidates');
    expect(() => combineScores([1, 2], [1, 2], 1.1)).toThrow('must lie in 0 to 1, found 1.1');
    expect(() => combineScores([1, Number.POSITIVE_INFINITY], [1, 2], 0.5)).toThrow('candidate 1 is not finite');
  });
});

describe('chooseWeight', () => {
  it('is never worse than the better scorer on the lists it chose on', async () => {
    const scores = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(scores, scores), { minLength: 6, maxLength: 6 }), async (drawn) => {
        const files = [file('one', ['a', 'd', 'f'])];
        const score = async (scorer: 0 | 1): Promise<ScoredListFile[]> => {
          let next = 0;
          return scoreCandidateLists({ files, score: () => (drawn[next++] as [number[], number[]])[scorer] });
        };
        const [contrastive, matching] = [await score(0), await score(1)];
        const { weight, tried } = chooseWeight(contrastive, matching);
        const { sumR } = summarizeRetrieval(combineScoredLists(contrastive, matching, weight));
        expect(tried).toHaveLength(21);
        expect(sumR).toBe(Math.max(...tried.map((entry) => entry.sumR)));
        expect(sumR).toBeGreaterThanOrEqual(summarizeRetrieval(contrastive).sumR);
        expect(sumR).toBeGreaterThanOrEqual(summarizeRetrieval(matching).sumR);
      }),
      { numRuns: 30 },
    );
  });

  it('refuses scores of different lists', () => {
    const one = [{ name: 'one', sha256: '1', lists: [] }];
    const two = [{ name: 'two', sha256: '2', lists: [] }];
    expect(() => chooseWeight(one, two)).toThrow('scores can be combined over the same list files only');
  });
});
