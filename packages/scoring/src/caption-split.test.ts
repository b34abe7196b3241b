import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { selectBackend } from '@kaleido/backend';
import { openRasterisedAtelier } from '@kaleido/data/node';
import { KaleidoError } from '@kaleido/foundation';
import { KaleidoBert, kaleidoBertConfig, readWeights } from '@kaleido/model';
import { type PreparedSplit, withoutProducts } from '@kaleido/splits';
import { prepareSplit } from '@kaleido/splits/node';
import { type CaptionSplitOptions, captionSplit } from './caption-split.ts';
import type { ModelData } from './model-data.ts';

// Worker threads; tests of other packages may run at the same time.
jest.setTimeout(120_000);

const tokens = { classification: 2, separator: 3, mask: 4, never: [0, 1] };
const config = kaleidoBertConfig({
  ...{ vocab_size: 40, patch_feature_size: 48, hidden_size: 16, intermediate_size: 32, num_hidden_layers: 1 },
  ...{ num_attention_heads: 2, text_seq_len: 10, max_position_embeddings: 10, joint_size: 8, position_scale: 'unit' },
});

const cache = mkdtempSync(join(tmpdir(), 'caption-split-'));
afterAll(() => rm(cache, { recursive: true }));

let split: PreparedSplit;
let model: ModelData;
beforeAll(async () => {
  const source = openRasterisedAtelier({ seed: 2, products: 12, validation: 0, test: 0, imageSize: 32 });
  split = await prepareSplit({
    ...{ from: { source, split: 'train' }, extractor: { kind: 'pixels', size: 4 } as const, cache, threads: 1 },
    ...{ foreground: { kind: 'background-colour' } as const, positionScale: 'unit' },
  });
  await selectBackend({ prefer: 'wasm' });
  const drawn = KaleidoBert.create(config, 5);
  model = {
    ...{ backend: 'wasm', precision: 'float32', threads: 2, config, seed: 1 },
    weights: await readWeights(drawn),
  };
  drawn.dispose();
});

/** Writes the ids themselves. */
const decode = (pieces: Int32Array): string => Array.from(pieces, (piece) => `word${piece}`).join(' ');
const caption = (changes: Partial<CaptionSplitOptions> = {}) =>
  captionSplit({ model, split, count: 5, tokens, decode, ...changes });

describe('captionSplit', () => {
  it('captions the first photographs, the same on any number of threads', async () => {
    const progress: (readonly number[])[] = [];
    const found = await caption({ onProgress: (...now) => progress.push(now) });
    expect(found.captions).toHaveLength(5);
    expect(progress.at(-1)).toEqual([5, 5]);
    for (const text of found.captions) expect(text).toMatch(/^word\d+( word\d+)*$/);
    expect(found.figures).toMatchObject({ captions: 5, beam: 3, blockNgram: 3, ciderD: expect.any(Number) });
    expect(found).not.toHaveProperty('nearest');
    expect(await caption({ model: { ...model, threads: 1 } })).toEqual(found);
    const all = await caption({ count: 1000, search: { beam: 1 } });
    expect(all.figures).toMatchObject({ captions: split.products.length, beam: 1, blockNgram: 0 });
  });

  it('takes the caption of the nearest training photograph, but not of the photograph itself', async () => {
    // The same photographs, of which all but the third have another hash, as if they were other files.
    const copies = split.products.map((product, row) => ({
      ...product,
      caption: `copy ${row}`,
      imageHash: row === 2 ? product.imageHash : `copy ${row}`,
    }));
    const train = async () => ({ ...split, products: copies });
    const { nearest, figures } = await caption({ nearest: { model, train } });
    expect(nearest).toHaveLength(5);
    for (const [row, text] of nearest!.entries())
      if (row === 2) expect(text).not.toBe('copy 2');
      else expect(text).toBe(`copy ${row}`);
    expect(figures.nearest?.bleu1).toBeLessThan(1e-6);
  });

  it('says why there is no baseline', async () => {
    const said: string[] = [];
    const without = async (nearest: CaptionSplitOptions['nearest']): Promise<string> => {
      const { figures } = await caption({ count: 1, nearest, onMessage: (message) => said.push(message) });
      expect(figures).not.toHaveProperty('nearest');
      return said.at(-1) as string;
    };
    const start = 'without the baseline of the nearest training photograph: ';
    const train = async () => split;
    expect(await without({ model: { ...model, config: { ...config, joint_size: 0 } }, train })).toBe(
      `${start}the model has no joint space`,
    );
    expect(await without({ model, train })).toBe(`${start}all training photographs are among those to caption`);
    const gone = new KaleidoError({ source: 'data', problem: 'the folder is gone', advice: 'look for it' });
    expect(await without({ model, train: () => Promise.reject(gone) })).toBe(`${start}the folder is gone; look for it`);
    const bug = new TypeError('not a function');
    await expect(caption({ count: 1, nearest: { model, train: () => Promise.reject(bug) } })).rejects.toBe(bug);
  });

  it('refuses a split without photographs, and passes on the error of a worker', async () => {
    const empty = withoutProducts(split, () => true);
    await expect(caption({ split: empty })).rejects.toThrow(
      /^@kaleido\/scoring: captions cannot be measured on atelier .*: it has no photographs, found 0; /,
    );
    await expect(caption({ search: { beam: 65 } })).rejects.toThrow(
      /^@kaleido\/model: the options of a caption are wrong/,
    );
    const reason = new Error('Ctrl-C');
    const onProgress = (): never => {
      throw reason;
    };
    await expect(caption({ onProgress })).rejects.toBe(reason);
  });
});
