import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openRasterisedAtelier } from '@kaleido/data/node';
import { levelByName } from '@kaleido/layout';
import { type PreparedSplit, partMentions } from '@kaleido/splits';
import { type AlignSplitOptions, alignSplit, cachedVocabulary, prepareSplit } from '@kaleido/splits/node';
import { measureAlignment } from './measure-alignment.ts';
import { alignmentExamples, alignmentPictureIds } from './report-alignment.ts';
import { readPictures } from './report-pictures.ts';

const source = openRasterisedAtelier({
  seed: 1,
  products: 80,
  viewsPerProduct: { least: 1, most: 1 },
  imageSize: 32,
  subcategories: ['t-shirt', 'sneakers'],
  colours: ['red', 'cobalt'],
});
const from = { source, split: 'train' };
const cache = mkdtempSync(join(tmpdir(), 'report-alignment-'));
afterAll(() => rm(cache, { recursive: true }));

let split: PreparedSplit;
let options: AlignSplitOptions;
let aligner: Uint8Array;
const training = { backend: 'wasm', threads: 1 } as const;
const config = { text_seq_len: 48, masked_greymask_patch_num: 2, masked_blankmask_patch_num: 3 };
beforeAll(async () => {
  split = await prepareSplit({
    ...{ from, extractor: { kind: 'colours', bins: 2, cells: 0 } as const, cache, threads: 1 },
    ...{ foreground: { kind: 'background-colour' } as const, positionScale: 'unit' },
  });
  const tokenizer = await cachedVocabulary([split], 300, cache);
  const settings = { kind: 'discriminants', leastOccurrences: 10 } as const;
  options = { settings, split, tokenizer, textLength: config.text_seq_len };
  ({ aligner } = await alignSplit({ ...options, cache, training }));
});

describe('measureAlignment', () => {
  it('measures where parts are known, and gives examples spread over the products', async () => {
    const mentionsOf = partMentions(source, options.tokenizer, options.textLength);
    const { figures, examples } = await measureAlignment(aligner, mentionsOf, options);
    expect(figures?.discriminants?.mentions).toBeGreaterThan(20);
    const rows = examples.map(({ product }) => split.products.indexOf(product));
    expect(rows).toHaveLength(12);
    expect(rows).toEqual([...rows].sort((a, b) => a - b));
    expect(rows.at(-1)! - rows[0]!).toBeGreaterThan(split.products.length / 2);
  });

  it('aligns only a few photographs if the parts are unknown, with the same pairs', async () => {
    const progress: number[] = [];
    const some = await measureAlignment(aligner, undefined, { ...options, onProgress: (done) => progress.push(done) });
    expect(some.figures).toBeUndefined();
    expect([some.examples.length, progress]).toEqual([12, [48]]);
    const [{ product, pairs }] = some.examples as [(typeof some.examples)[number]];
    const { table } = await alignSplit({ ...options, cache, training });
    expect(pairs).toEqual(table.of(split.products.indexOf(product)));
    const silent = await measureAlignment(aligner, () => [], options);
    expect(silent.figures).toBeUndefined();
  });
});

describe('alignmentExamples', () => {
  it('have the photograph, its words and patches, and as much hidden as in training', async () => {
    const aligned = await measureAlignment(aligner, undefined, options);
    const pictures = await readPictures(from, new Set(alignmentPictureIds(aligned)));
    const given = { tokenizer: options.tokenizer, config, seed: 3 };
    const examples = await alignmentExamples(aligned, pictures, given);
    expect(await alignmentExamples(aligned, pictures, given)).toEqual(examples);
    for (const [at, { product, hidden }] of examples.entries()) {
      expect(product.caption).toBe(aligned.examples[at]?.product.caption);
      expect([product.picture, hidden.intruder]).toEqual(Array(2).fill(expect.stringMatching(/^data:image\/jpeg;/)));
      const text = product.words.map(({ from, to }) => product.caption.slice(from, to)).join('');
      // All of the caption, up to the length that the model reads.
      const whole = product.caption.replace(/\s/g, '');
      expect(text).toBe(whole.slice(0, text.length));
      expect(text.length).toBeGreaterThan(0.8 * whole.length);
      // The first patch is the whole box, and holds the others.
      const [box] = product.patches;
      for (const { x0, x1, y0, y1 } of product.patches) {
        expect(Math.min(x0 - box!.x0, y0 - box!.y0)).toBeGreaterThan(-0.1);
        expect(Math.max(x1 - box!.x1, y1 - box!.y1)).toBeLessThan(0.1);
      }
      expect(hidden.pieces.length).toBeGreaterThan(0);
      const hiddenOf = ({ start, patches }: { start: number; patches: number }): number =>
        hidden.patches.filter((patch) => patch >= start && patch < start + patches).length;
      expect(['camouflage', 'grey', 'blank'].map((name) => hiddenOf(levelByName[name as 'grey']))).toEqual([1, 2, 3]);
    }
    expect(await alignmentExamples(undefined, pictures, given)).toEqual([]);
  });

  it('have no foreign piece where there is no other photograph', async () => {
    const { examples, ...aligned } = await measureAlignment(aligner, undefined, options);
    const alone = { ...aligned, examples: examples.slice(0, 1) };
    const pictures = await readPictures(from, new Set(alignmentPictureIds(alone)));
    const [only] = await alignmentExamples(alone, pictures, { tokenizer: options.tokenizer, config, seed: 3 });
    expect(only?.hidden).not.toHaveProperty('intruder');
  });
});
