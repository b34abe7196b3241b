import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Product, ProductSource } from '@kaleido/data';
import { openFeatures } from '@kaleido/kaleido-patches/store';
import sharp from 'sharp';
import { prepareSplit } from './prepare-split.ts';
import type { PreparedSplit } from './prepared-split.ts';

let cache = '';
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'prepare-split-'));
});
afterEach(() => rm(cache, { recursive: true }));

interface CountedSource extends ProductSource {
  /** How often the products were read. */
  reads: number;
}

/** A square of its own grey for each product; `broken` is not a picture, `unnamed` never becomes a product. */
function sourceOf(ids: readonly string[], fingerprint = 'some products'): CountedSource {
  const source: CountedSource = {
    name: 'test products',
    fingerprint,
    splits: ['train'],
    reads: 0,
    async *products(_split, { onSkipped, onWarning } = {}) {
      source.reads++;
      for (const [index, id] of ids.entries()) {
        if (id === 'unnamed') {
          onSkipped?.({ id, reason: 'row 7 has no text' });
          continue;
        }
        const grey = 30 + 40 * index;
        const background = { r: grey, g: grey, b: grey };
        const picture = sharp({ create: { width: 24, height: 24, channels: 3, background } });
        const bytes =
          id === 'broken'
            ? new TextEncoder().encode('no picture')
            : id === 'spoilt'
              ? withWrongScanParameters(await picture.jpeg().toBuffer())
              : await picture.png().toBuffer();
        yield {
          id,
          productId: `product ${id}`,
          image: { bytes: new Uint8Array(bytes), mediaType: 'image/png' },
          caption: `a ${id} thing`,
          subcategory: 'things',
        } satisfies Product;
      }
      if (ids.includes('unnamed')) onWarning?.('one product has no name');
    },
  };
  return source;
}

function withWrongScanParameters(jpeg: Uint8Array): Uint8Array {
  const scan = jpeg.findIndex((byte, at) => byte === 0xff && jpeg[at + 1] === 0xda);
  const spoilt = new Uint8Array(jpeg);
  spoilt[scan + 2 + jpeg[scan + 3]! - 2] = 5;
  return spoilt;
}

function prepare(
  source: ProductSource,
  signal?: AbortSignal,
  onProgress?: (prepared: number) => void,
): Promise<PreparedSplit> {
  return prepareSplit({
    from: { source, split: 'train' },
    extractor: { kind: 'pixels', size: 4 },
    foreground: { kind: 'background-colour' },
    positionScale: 'unit',
    cache,
    threads: 1,
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

describe('prepareSplit', () => {
  it('keeps its results: the second time no picture is read, and everything is the same', async () => {
    const source = sourceOf(['red', 'green', 'blue']);
    const first = await prepare(source);
    const second = await prepare(source);
    expect([first.cached, second.cached, source.reads]).toEqual([false, true, 1]);
    expect(second.products).toEqual(first.products);
    expect(second.features).toEqual(first.features);
    expect(second.products[1]).toMatchObject({ id: 'green', productId: 'product green', subcategory: 'things' });
    expect(second.products[1]).not.toHaveProperty('image');
    expect(second.products[1]?.imageHash).not.toBe(second.products[0]?.imageHash);
  });

  it('makes deleted features again', async () => {
    const source = sourceOf(['red', 'green']);
    const first = await prepare(source);
    const [features] = (await readdir(cache)).filter((name) => name.startsWith('features-'));
    await rm(join(cache, features as string), { recursive: true });
    const second = await prepare(source);
    expect([second.cached, source.reads]).toEqual([false, 2]);
    expect(second.features).toEqual(first.features);
  });

  it('makes features again for other products', async () => {
    await prepare(sourceOf(['red']));
    const other = await prepare(sourceOf(['red', 'green'], 'other products'));
    expect(other.cached).toBe(false);
    expect(other.products).toHaveLength(2);
  });

  it('skips a broken picture and a row that is not a product, and names both, also with cached features', async () => {
    const source = sourceOf(['red', 'broken', 'unnamed', 'blue']);
    for (const cached of [false, true]) {
      const split = await prepare(source);
      expect(split.cached).toBe(cached);
      expect(split.products.map(({ id }) => id)).toEqual(['red', 'blue']);
      expect(split.features.rows).toBe(2);
      expect(split.skipped.map(({ id }) => id)).toEqual(['unnamed', 'broken']);
      for (const { reason } of split.skipped) expect(reason).not.toBe('');
      expect(split.warnings).toEqual(['one product has no name']);
    }
  });

  it('names pictures that were decoded with a note, also with cached features', async () => {
    const source = sourceOf(['red', 'spoilt']);
    for (const cached of [false, true]) {
      const { noted, skipped, products, ...split } = await prepare(source);
      expect(split.cached).toBe(cached);
      expect([products.length, skipped]).toEqual([2, []]);
      expect(noted).toEqual([
        { id: 'spoilt', note: 'its JPEG headers have scan parameters 0, 5, 0 instead of 0, 63, 0' },
      ]);
    }
  });

  it('keeps rows of products and features aligned after a broken picture', async () => {
    const whole = await prepare(sourceOf(['red', 'green', 'blue']));
    const gappy = await prepare(sourceOf(['red', 'broken', 'blue'], 'with a gap'));
    const vectorOf = async (split: PreparedSplit, id: string): Promise<Float32Array> => {
      const row = split.products.findIndex((product) => product.id === id);
      const features = await (await openFeatures(split.features)).load([row]);
      const target = new Float32Array(features.featureWidth);
      features.copy(row, [0], target);
      return target;
    };
    expect(await vectorOf(gappy, 'blue')).toEqual(await vectorOf(whole, 'blue'));
    expect(await vectorOf(gappy, 'blue')).not.toEqual(await vectorOf(whole, 'red'));
  });

  it('leaves no files if no picture can be decoded', async () => {
    await expect(prepare(sourceOf(['broken']))).rejects.toThrow(
      /^@kaleido\/kaleido-patches: no image could be prepared .*1 skipped/,
    );
    expect(await readdir(cache)).toEqual([]);
  });

  it('says why no row becomes a product', async () => {
    await expect(prepare(sourceOf(['unnamed', 'unnamed']))).rejects.toThrow(
      '@kaleido/splits: no product could be read from test products, train, found "2 left out: row 7 has no text (the first: row 7 has no text)"; check the data folder',
    );
    await expect(prepare(sourceOf([]))).rejects.toThrow(/no product could be read from .*, found "no rows"/);
    expect(await readdir(cache)).toEqual([]);
  });

  it('resumes after an interruption', async () => {
    const stop = new AbortController();
    const ids = Array.from({ length: 20 }, (_, index) => `p${index}`);
    const error = await prepare(sourceOf(ids), stop.signal, () => stop.abort()).catch((reason: unknown) => reason);
    expect(stop.signal.aborted).toBe(true);
    expect(error).toBe(stop.signal.reason);
    // Only parts, named as such: a store exists only once it is complete.
    expect((await readdir(cache)).every((name) => name.endsWith('.part'))).toBe(true);
    const counts: number[] = [];
    const split = await prepare(sourceOf(ids), undefined, (count) => counts.push(count));
    expect(split.products.map(({ id }) => id)).toEqual(ids);
    expect(counts[0]).toBeGreaterThan(8);
  });
});
