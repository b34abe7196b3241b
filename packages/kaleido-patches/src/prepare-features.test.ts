import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { selectBackend } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import sharp from 'sharp';
import { createExtractor } from './extractors/create-extractor.ts';
import type { ExtractorDescription } from './extractors/extractor-description.ts';
import { pixelExtractor } from './extractors/pixel-extractor.ts';
import { type ForegroundBox, wholeImageForeground } from './foreground/foreground-finder.ts';
import { decodeImage } from './image/decode-image.ts';
import { type RgbImage, wholeImage } from './image/rgb-image.ts';
import type { SourceImage } from './prepare-batch.ts';
import { type PrepareProgress, prepareFeatures } from './prepare-features.ts';
import { prepareFeaturesParallel } from './prepare-features-parallel.ts';
import { createFeatureStore } from './store/create-feature-store.ts';
import type { FeatureSink } from './store/feature-sink.ts';
import { featureStoreHeader, type SkippedImage } from './store/feature-store-header.ts';
import { openFeatureStore } from './store/open-feature-store.ts';
import type { StoredValues } from './store/stored-precision.ts';

// Worker threads run the built script; turbo builds before it tests.
const built = existsSync(fileURLToPath(new URL('../dist/prepare-worker.js', import.meta.url)));
const describeBuilt = built ? describe : describe.skip;

const extractor = pixelExtractor({ size: 2 });
const foreground = wholeImageForeground();
const steps = { decode: decodeImage, foreground, extractor };
const header = featureStoreHeader({ extractor, foreground, source: 'made-up' });

const broken = new Set([3, 12]);
/** Twenty single-colour pictures, two of them broken. */
let pictures: SourceImage[];
beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
  pictures = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const picture = sharp({
        create: { width: 12 + i, height: 20, channels: 3, background: { r: 12 * i, g: 90, b: 255 - 12 * i } },
      });
      const bytes = broken.has(i) ? new TextEncoder().encode('<html>') : await picture.png().toBuffer();
      return { id: `image-${i}`, productId: `product-${i}`, bytes: new Uint8Array(bytes) };
    }),
  );
});

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'kaleido-prepare-'));
  folder = join(root, 'features');
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

async function* stream(images: readonly SourceImage[]): AsyncGenerator<SourceImage> {
  for (const image of images) yield image;
}

describe('prepareFeatures', () => {
  it('prepares in order, and skips, counts and names broken images', async () => {
    const progress: PrepareProgress[] = [];
    const skipped: SkippedImage[] = [];
    const result = await prepareFeatures({
      ...steps,
      source: stream(pictures),
      writer: await createFeatureStore(folder, header),
      onProgress: (step) => progress.push(step),
      onSkipped: (image) => skipped.push(image),
    });
    expect(result).toEqual({ prepared: 18, resumed: 0, fallbacks: 0, noted: 0, skipped });
    expect(skipped.map(({ id }) => id)).toEqual(['image-3', 'image-12']);
    expect(skipped[0]!.reason).toMatch(/cannot decode the image image-3/);
    expect(progress.at(-1)).toEqual({ prepared: 18, skipped: 2, resumed: 0, fallbacks: 0, noted: 0 });
    const store = await openFeatureStore(folder, header);
    expect(store.images.map(({ id }) => id)).toEqual(pictures.map(({ id }) => id).filter((_, i) => !broken.has(i)));
    expect(store.skipped).toEqual(skipped);
    const vectors = await store.vectors(store.rowOf('image-10')!);
    for (const [channel, level] of [120, 90, 135].entries()) expect(vectors[channel]).toBeCloseTo(level / 255, 3);
    expect(store.images.at(store.rowOf('image-10')!)).toMatchObject({
      width: 22,
      height: 20,
      box: { x0: 0, y0: 0, x1: 22, y1: 20 },
    });
  });

  it('counts images that were decoded with a note, and keeps the notes', async () => {
    const bytes = new Uint8Array(
      await sharp(Buffer.alloc(48), { raw: { width: 4, height: 4, channels: 3 } })
        .jpeg()
        .toBuffer(),
    );
    // The last of the scan parameters, before the data.
    const scan = bytes.findIndex((byte, at) => byte === 0xff && bytes[at + 1] === 0xda);
    const spoilt = bytes.slice();
    spoilt[scan + 2 + bytes[scan + 3]! - 2] = 5;
    const source = [
      { id: 'sound', productId: 'a', bytes },
      { id: 'spoilt', productId: 'b', bytes: spoilt },
    ];
    const result = await prepareFeatures({ ...steps, source, writer: await createFeatureStore(folder, header) });
    expect(result).toEqual({ prepared: 2, resumed: 0, fallbacks: 0, noted: 1, skipped: [] });
    const store = await openFeatureStore(folder, header);
    expect(store.images.map(({ note }) => note)).toEqual([
      undefined,
      'its JPEG headers have scan parameters 0, 5, 0 instead of 0, 63, 0',
    ]);
    expect(await store.vectors(1)).toEqual(await store.vectors(0));
  });

  it('paints the background white if the finder cuts out the object', async () => {
    const cut = {
      ...steps.foreground,
      find: async ({ width, height }: RgbImage): Promise<ForegroundBox> => ({
        ...wholeImage({ width, height }),
        mask: new Uint8Array(width * height),
      }),
    };
    const source = [pictures[0]!];
    const writer = await createFeatureStore(folder, header);
    await prepareFeatures({ ...steps, foreground: cut, source, writer });
    const vectors = await (await openFeatureStore(folder, header)).vectors(0);
    expect(new Set(vectors.subarray(0, 3))).toEqual(new Set([1]));
  });

  it('ends with an error, and without a store, when no image can be used', async () => {
    const writer = await createFeatureStore(folder, header);
    await expect(prepareFeatures({ ...steps, source: [pictures[3]!], writer })).rejects.toThrow(
      /no image could be prepared for .*, found "1 skipped, the first: .*image-3/,
    );
    expect(await readdir(root)).toEqual([]);
  });

  it('does not treat an internal error as a broken image', async () => {
    const writer = await createFeatureStore(folder, header);
    const decode = (): Promise<never> => Promise.reject(new TypeError('a bug'));
    await expect(prepareFeatures({ ...steps, decode, source: pictures, writer })).rejects.toThrow('a bug');
    expect(await readdir(root)).toEqual([]);
  });

  it('resumes where it was stopped, and gives the same bytes', async () => {
    const whole = join(root, 'whole');
    await prepareFeatures({ ...steps, source: pictures, writer: await createFeatureStore(whole, header) });
    const stop = new AbortController();
    const stopped = prepareFeatures({
      ...steps,
      source: pictures,
      writer: await createFeatureStore(folder, header),
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('stopped')),
    });
    await expect(stopped).rejects.toThrow('stopped');
    expect((await readdir(root)).sort()).toEqual(['features.part', 'whole']);

    const decoded: string[] = [];
    const progress: PrepareProgress[] = [];
    const result = await prepareFeatures({
      ...steps,
      decode: (bytes, name) => {
        decoded.push(name);
        return steps.decode(bytes, name);
      },
      source: pictures,
      writer: await createFeatureStore(folder, header, { resume: true }),
      onProgress: (step) => progress.push(step),
    });
    // The first batch was already stored; one of its eight images is broken.
    expect(decoded).toEqual(pictures.slice(8).map(({ id }) => id));
    expect(result).toMatchObject({ prepared: 18, resumed: 8 });
    expect(progress.at(-1)).toEqual({ prepared: 18, skipped: 2, resumed: 8, fallbacks: 0, noted: 0 });
    for (const name of await readdir(whole))
      expect([name, await readFile(join(folder, name), 'base64')]).toEqual([
        name,
        await readFile(join(whole, name), 'base64'),
      ]);
    expect((await readdir(root)).sort()).toEqual(['features', 'whole']);
  });
});

describeBuilt('prepareFeaturesParallel (skipped where the package is not built)', () => {
  const contents = async (description: ExtractorDescription, threads: number): Promise<string> => {
    const made = await createExtractor(description);
    const writer = await createFeatureStore(
      folder,
      featureStoreHeader({ extractor: made, foreground, source: 'made-up' }),
    );
    const result = await prepareFeaturesParallel({
      source: stream(pictures),
      writer,
      extractor: description,
      foreground: { kind: 'whole-image' },
      threads,
    });
    expect(result.prepared).toBe(18);
    expect(result.skipped.map(({ id }) => id)).toEqual(['image-3', 'image-12']);
    const files = await Promise.all(
      (await readdir(folder)).sort().map((name) => readFile(join(folder, name), 'base64')),
    );
    return files.join('\n');
  };

  it.each<ExtractorDescription>([
    { kind: 'pixels', size: 4 },
    { kind: 'mobilenet-v2', scheme: 'pooled-map', inputSize: { width: 32, height: 32 } },
  ])('writes the same bytes with any number of threads: $kind', async (description) => {
    const alone = await contents(description, 1);
    expect(await contents(description, 2)).toBe(alone);
    expect(await contents(description, 3)).toBe(alone);
  });

  it('accepts image bytes that are part of a larger buffer', async () => {
    const { bytes } = pictures[5]!;
    const larger = new Uint8Array(bytes.length + 100);
    larger.set(bytes, 50);
    const rows: StoredValues[] = [];
    const writer: FeatureSink = {
      resumed: new Set(),
      resumedSkips: 0,
      append: async (_images, values) => {
        rows.push(values);
      },
      skip: async () => undefined,
      finish: async () => undefined,
      close: async () => undefined,
      discard: async () => undefined,
    };
    await prepareFeaturesParallel({
      source: [{ id: 'part', productId: 'part', bytes: larger.subarray(50, 50 + bytes.length) }],
      writer,
      extractor: { kind: 'pixels', size: 1 },
      foreground: { kind: 'whole-image' },
      threads: 2,
    });
    expect(rows[0]![0]).toBe(60);
  });

  it('passes on a typed error of a worker, and leaves nothing', async () => {
    const writer = await createFeatureStore(folder, header);
    const done = prepareFeaturesParallel({
      source: stream(pictures),
      writer,
      extractor: { kind: 'vgg' } as unknown as ExtractorDescription,
      foreground: { kind: 'whole-image' },
      threads: 2,
    });
    const error = await done.catch((reason: unknown) => reason);
    expect(KaleidoError.isInstance(error)).toBe(true);
    expect((error as Error).message).toMatch(/unknown feature extractor, found "vgg"/);
    expect(await readdir(root)).toEqual([]);
  });
});
