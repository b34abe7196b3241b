import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { alignerSchema } from '@kaleido/alignment';
import { selectBackend } from '@kaleido/backend';
import { openRasterisedAtelier } from '@kaleido/data/node';
import { createTokenizer, type Tokenizer, trainWordPieceVocabulary } from '@kaleido/tokenizer';
import { alignSplit, alignWith, type FitSplitOptions } from './align-split.ts';
import { inOrderOf } from './in-order-of.ts';
import { partMentions } from './part-mentions.ts';
import { prepareSplit } from './prepare-split.ts';
import type { PreparedSplit } from './prepared-split.ts';

const source = openRasterisedAtelier({
  seed: 1,
  products: 80,
  viewsPerProduct: { least: 1, most: 1 },
  imageSize: 32,
  subcategories: ['t-shirt', 'sneakers'],
  colours: ['red', 'cobalt'],
});
const textLength = 48;
let cache = '';
let split: PreparedSplit;
let tokenizer: Tokenizer;
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'align-split-'));
  split = await prepareSplit({
    from: { source, split: 'train' },
    extractor: { kind: 'colours', bins: 2, cells: 0 },
    foreground: { kind: 'background-colour' },
    positionScale: 'unit',
    cache,
    threads: 1,
  });
  tokenizer = createTokenizer(
    trainWordPieceVocabulary(
      split.products.map(({ caption }) => caption),
      { size: 300 },
    ),
  );
});
afterAll(() => rm(cache, { recursive: true }));

const align = (changes: Partial<FitSplitOptions> = {}) =>
  alignSplit({
    settings: { kind: 'discriminants', leastOccurrences: 10 },
    split,
    tokenizer,
    textLength,
    cache,
    training: { backend: 'wasm', threads: 2 },
    ...changes,
  });

describe('alignSplit', () => {
  it('aligns a split once, and finds it again for the same products, features, vocabulary and settings', async () => {
    const seen: number[] = [];
    const first = await align({ onProgress: (done, total) => seen.push(done / total) });
    expect(first).toMatchObject({ cached: false, table: { rows: 64 } });
    expect(first.table.pairs).toBeGreaterThan(0);
    expect(seen).toEqual([0.5, 1]);
    const again = await align();
    expect(again.cached).toBe(true);
    expect(Buffer.compare(again.aligner, first.aligner)).toBe(0);
    for (let row = 0; row < first.table.rows; row++) expect(again.table.of(row)).toEqual(first.table.of(row));
    const changed: Partial<FitSplitOptions>[] = [
      { settings: { kind: 'discriminants', leastOccurrences: 11 } },
      { textLength: 20 },
      { split: { ...split, key: 'others' } },
      { split: { ...split, products: [...split.products].reverse() } },
    ];
    for (const change of changed) expect((await align(change)).cached).toBe(false);
    // As on the split that it was fitted on.
    const others = { settings: { kind: 'discriminants' } as const, split, tokenizer, textLength };
    const table = await alignWith(first.aligner, 'aligner', others);
    expect(table.of(0)).toEqual(first.table.of(0));
  });

  it('makes damaged files again, and leaves none of a failed attempt', async () => {
    await align();
    for (const name of await readdir(cache))
      if (/^align/.test(name)) await writeFile(join(cache, name), (await readFile(join(cache, name))).subarray(0, 40));
    expect((await align()).cached).toBe(false);
    expect((await align()).cached).toBe(true);
    const before = (await readdir(cache)).sort();
    await expect(align({ textLength: 30, signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
    expect((await readdir(cache)).sort()).toEqual(before);
  });

  it('trains a captioner, and after a stop resumes from the state in the cache', async () => {
    const network = { annotationSize: 4, embeddingSize: 4, hiddenSize: 6, attentionSize: 3 };
    await selectBackend({ prefer: 'wasm' });
    const given = { kind: 'captioner', words: 'given', steps: 4, batchSize: 8, network };
    const settings = alignerSchema.parse(given);
    const stop = new AbortController();
    const onProgress = (done: number): void => {
      if (done === 2) stop.abort(new Error('stopped'));
    };
    const before = (await readdir(cache)).sort();
    await expect(align({ settings, onProgress, signal: stop.signal })).rejects.toThrow('stopped');
    const [state, ...others] = (await readdir(cache)).filter((name) => !before.includes(name));
    expect([state, others]).toEqual([expect.stringMatching(/^aligner-[0-9a-f]{16}$/), []]);
    const seen: number[] = [];
    const first = await align({ settings, onProgress: (done, total) => seen.push(done / total) });
    expect(seen).toEqual([3 / 8, 4 / 8, 1]);
    expect(first).toMatchObject({ cached: false, table: { rows: 64 } });
    expect((await readdir(cache)).filter((name) => !before.includes(name)).sort()).toEqual([
      `${state}.safetensors`,
      `${state?.replace('aligner', 'alignments')}.safetensors`,
    ]);
    expect((await align({ settings })).cached).toBe(true);
    const whole = alignerSchema.parse({ ...given, keep: 0.7 });
    expect(Buffer.compare((await align({ settings: whole })).aligner, first.aligner)).toBe(0);
  });

  it('refuses captions without a word in common', async () => {
    const products = split.products.map((product, index) => ({ ...product, caption: `the ${index}` }));
    await expect(align({ split: { ...split, products } })).rejects.toThrow('there is nothing to align');
  });
});

it('puts the features of other photographs in the order of a split', () => {
  const products = [split.products[5]!, split.products[2]!];
  const ordered = inOrderOf({ ...split, products }, { ...split, key: 'of another extractor' });
  expect(ordered.products).toEqual(products);
  expect([...(ordered.features.order ?? [])]).toEqual([5, 2]);
  expect(ordered.key).toBe('of another extractor');
});

describe('partMentions', () => {
  it('finds the pieces and the boxes of the parts that a caption mentions', () => {
    const mentionsOf = partMentions(source, tokenizer, textLength)!;
    let found = 0;
    for (const product of split.products) {
      const truth = source.truth(product.id);
      const { ids } = tokenizer.encode(product.caption, { maximumLength: textLength });
      for (const { tokens, boxes } of mentionsOf(product)) {
        found++;
        const words = tokenizer.decode(tokens.map((token) => ids[token]!)).replace(/\W/g, '');
        const said = truth.mentions.map(({ start, end }) =>
          product.caption.slice(start, end).toLowerCase().replace(/\W/g, ''),
        );
        expect(said.some((one) => one.startsWith(words))).toBe(true);
        for (const { x0, x1, y0, y1 } of boxes) {
          expect(0 <= x0 && x0 < x1 && x1 <= 1).toBe(true);
          expect(0 <= y0 && y0 < y1 && y1 <= 1).toBe(true);
        }
      }
    }
    expect(found).toBeGreaterThan(50);
  });

  it('leaves out words beyond the text length, and knows nothing of photographs', () => {
    const product = split.products[0]!;
    expect(partMentions(source, tokenizer, 3)!(product)).toEqual([]);
    const photographs = { name: 'photographs', fingerprint: '', splits: [], products: source.products };
    expect(partMentions(photographs, tokenizer, textLength)).toBeUndefined();
  });
});
