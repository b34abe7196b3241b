import { describe, expect, it } from '@jest/globals';
import { readCandidateLists, writeCandidateLists } from '@kaleido/eval';
import { drawLists, recognitionFigures, retrievalFigures, scoreLists } from './evaluate-split.ts';
import type { PreparedProduct } from './prepare-split.ts';
import type { SplitScorer } from './score-split.ts';

const products: PreparedProduct[] = Array.from({ length: 12 }, (_, index) => ({
  id: `p${index}`,
  productId: `p${index}`,
  caption: `thing number ${index}`,
  subcategory: index < 9 ? 'many' : 'few',
  imageHash: String(index),
}));

/** Embeddings that know the right one always, and a match head that is always wrong about it. */
function fakeScorer(asked: [number, number][] = []): SplitScorer {
  return {
    embeddings: { width: 0, text: new Float32Array(), image: new Float32Array() },
    similarity: (text, image) => (text === image ? 1 : 0),
    matchAll: async (pairs) => {
      const scores = new Map<number, number>();
      for (const [text, image] of pairs) {
        asked.push([text, image]);
        scores.set(text * products.length + image, text === image ? -1 : text + image / 100);
      }
      return scores;
    },
    solve: async () => [],
    close: async () => undefined,
  };
}

describe('drawLists', () => {
  it('draws a file a seed, the same each time, no longer than the products reach', async () => {
    const wanted = { queries: 5, candidates: 101 };
    const files = await drawLists(products, [0, 1], wanted);
    expect(files.map(({ name }) => name)).toEqual(['drawn with seed 0', 'drawn with seed 1']);
    expect(files[0]?.sha256).not.toBe(files[1]?.sha256);
    expect((await drawLists(products, [0], wanted))[0]).toEqual(files[0]);
    for (const { lists } of files) {
      expect(lists).toHaveLength(10);
      for (const { candidates } of lists) expect(candidates).toHaveLength(12);
    }
  });
});

describe('scoreLists and retrievalFigures', () => {
  it('ask the scorer about captions and photographs the right way round', async () => {
    const [file] = await drawLists(products, [0], { queries: 3, candidates: 4 });
    const asked: [number, number][] = [];
    await scoreLists(file === undefined ? [] : [file], products, fakeScorer(asked), undefined);
    const rowOf = (id: string): number => products.findIndex((product) => product.id === id);
    const expected = file?.lists.flatMap(({ direction, query, candidates }) =>
      candidates.map((candidate) =>
        direction === 'image-to-text' ? [rowOf(candidate), rowOf(query)] : [rowOf(query), rowOf(candidate)],
      ),
    );
    expect(asked).toEqual(expected);
  });

  it('give the figures of each scorer, and those of the combined one on top', async () => {
    const files = await drawLists(products, [0, 1], { queries: 12, candidates: 12 });
    const scored = await scoreLists(files, products, fakeScorer());
    const figures = retrievalFigures(scored, 0);
    expect(figures).toMatchObject({ sumR: 600, scorer: 'combined', matchingWeight: 0 });
    expect(figures.imageToText).toEqual({ '1': 100, '5': 100, '10': 100 });
    expect(figures.scorers?.embeddings?.sumR).toBe(600);
    expect(figures.scorers?.matching?.sumR).toBe(0);
    expect(figures.standardDeviation?.sumR).toBe(0);
    expect(figures.files).toHaveLength(2);
    expect(retrievalFigures(scored, 1).sumR).toBe(0);
  });

  it('refuse a list of other products', async () => {
    const [file] = await drawLists(products, [0], { queries: 1, candidates: 3 });
    const [list] = file?.lists ?? [];
    const foreign = writeCandidateLists([{ ...list!, candidates: [list!.query, 'p99'], sameSubcategoryNegatives: 1 }]);
    await expect(
      scoreLists([await readCandidateLists(foreign, 'foreign.jsonl')], products, fakeScorer()),
    ).rejects.toThrow(/^@kaleido\/eval: foreign\.jsonl, line 1: the data set has no such candidate, found "p99"/);
  });
});

describe('recognitionFigures', () => {
  it('leaves products without a label out, and counts labels that the classifier does not know as wrong', () => {
    const figures = recognitionFigures(['a', undefined, 'b', 'new'], Int32Array.of(0, 0, 0, 1), ['a', 'b']);
    expect(figures.accuracy).toBeCloseTo(100 / 3, 10);
    expect(figures.macroF1).toBeCloseTo(100 * ((2 / 3 + 0 + 0) / 3), 10);
    expect(() => recognitionFigures([undefined], Int32Array.of(0), ['a', 'b'])).toThrow(/no product of the split/);
  });
});
