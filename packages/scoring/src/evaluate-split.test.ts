import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { imageHash, openAtelier } from '@kaleido/data';
import { openParquetFolder } from '@kaleido/data/node';
import {
  type CatalogueEntry,
  checkCandidateLists,
  readCandidateLists,
  sha256Of,
  writeCandidateLists,
} from '@kaleido/eval';
import type { PreparedProduct } from '@kaleido/splits';
import { drawLists, retrievalFigures, scoreLists } from './evaluate-split.ts';
import type { SplitScorer } from './score-split.ts';

const products: PreparedProduct[] = Array.from({ length: 12 }, (_, index) => ({
  id: `p${index}`,
  productId: `p${index}`,
  caption: `thing number ${index}`,
  subcategory: index < 9 ? 'many' : 'few',
  imageHash: String(index),
}));

/** Embeddings that are always right, and a match head that is always wrong. */
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
    matchEach: async () => undefined,
    solve: async () => [],
    readWords: async () => ({ pieces: new Int32Array(), losses: new Float32Array() }),
    close: async () => undefined,
  };
}

describe('drawLists', () => {
  it('draws one file per seed, the same each time, with lists no longer than the products allow', async () => {
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

describe('drawLists of known products', () => {
  // Hashes of lists from before pictures were compared: without duplicate pictures nothing may change.
  const shaOf = async (of: readonly CatalogueEntry[], queries: number, candidates: number): Promise<string> => {
    const files = await drawLists(of, [0, 1], { queries, candidates });
    return sha256Of(files.map(({ sha256 }) => sha256).join());
  };

  it('draws the same lists as before from the atelier', async () => {
    const source = openAtelier({ seed: 1, products: 150, validation: 0.5 });
    const entries: CatalogueEntry[] = [];
    for await (const { image, ...product } of source.products('validation'))
      entries.push({ ...product, imageHash: await imageHash(image.bytes) });
    expect(await shaOf(entries, 60, 20)).toBe('3cfaa5d5dc46a25b3995e28788a8d051dcc1994b64feb261d3ba0ea2d07b1a6c');
  });

  const shared = new URL('../../../../shared/', import.meta.url);
  const whenPresent = existsSync(shared) ? it : it.skip;
  whenPresent(
    'draws the same as ever from kagl-12k, whose golden lists hold no picture twice (skipped without ../shared)',
    async () => {
      const source = await openParquetFolder(fileURLToPath(new URL('data/kagl-12k', shared)));
      const entries: CatalogueEntry[] = [];
      for await (const { image, ...product } of source.products('validation'))
        entries.push({ ...product, imageHash: await imageHash(image.bytes) });
      expect(await shaOf(entries, 500, 101)).toBe('c04960f4da417b46b9bca489575eef5566c4195a88216c6a103536ae7d160ca6');
      const name = 'kagl-12k-validation-101-seed0.jsonl';
      const golden = await readFile(new URL(`golden/retrieval-lists/${name}`, shared), 'utf8');
      expect(checkCandidateLists(await readCandidateLists(golden, name), entries)).toEqual({ samePicture: 0 });
    },
  );
});

describe('scoreLists and retrievalFigures', () => {
  it('pass captions and photographs to the scorer in the right order', async () => {
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

  it('give the figures of each scorer, with those of the combined one at the top level', async () => {
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
