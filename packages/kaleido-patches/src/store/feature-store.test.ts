import { existsSync } from 'node:fs';
import { mkdtemp, open, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeSafetensors, float32Values, fromFloat16Bits, toFloat16Bits } from '@kaleido/foundation';
import { featureSlotCount, patchSlots } from '@kaleido/layout';
import { kaleidoPatches } from '../kaleido-patches.ts';
import { patchPositions } from '../patch-positions.ts';
import { type CreateFeatureStoreOptions, createFeatureStore } from './create-feature-store.ts';
import type { FeatureStoreHeader, StoredImage } from './feature-store-header.ts';
import { openFeatureStore } from './open-feature-store.ts';
import { sharedFeatures } from './shared-features.ts';

const featureWidth = 3;
const rowLength = featureSlotCount * featureWidth;
const header: FeatureStoreHeader = {
  extractor: { name: 'made-up', weightsHash: 'abc', settings: { size: 3 }, featureWidth },
  foreground: { name: 'whole-image', settings: {} },
  source: 'five images',
};
const images: readonly StoredImage[] = Array.from({ length: 5 }, (_, i) => ({
  id: `image-${i}`,
  productId: `product-${i >> 1}`,
  box: { x0: i, y0: 2, x1: 40 + i, y1: 60 },
  width: 50,
  height: 80,
}));
/** Row r, slot s, feature f: small numbers that half precision holds exactly. */
const feature = (row: number, slot: number, index: number): number => row + slot / 32 + index * 8;
const bits = Uint16Array.from({ length: images.length * rowLength }, (_, i) =>
  toFloat16Bits(feature(Math.floor(i / rowLength), Math.floor(i / featureWidth) % featureSlotCount, i % featureWidth)),
);

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'kaleido-store-'));
  folder = join(root, 'features');
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

async function writeStore(options: CreateFeatureStoreOptions = {}): Promise<void> {
  const writer = await createFeatureStore(folder, header, options);
  await writer.append(images.slice(0, 2), bits.slice(0, 2 * rowLength));
  await writer.skip({ id: 'broken', reason: 'cut' });
  await writer.append(images.slice(2), bits.slice(2 * rowLength));
  await writer.finish();
}

/** Two rows per shard: three shards for five rows. */
const twoRows = { shardBytes: 4096 + 2 * rowLength * 2 };

describe('createFeatureStore and openFeatureStore', () => {
  it('return what was stored, over several shards', async () => {
    await writeStore(twoRows);
    expect((await readdir(folder)).sort()).toEqual([
      'features-00000.safetensors',
      'features-00001.safetensors',
      'features-00002.safetensors',
      'index.jsonl',
      'statistics.safetensors',
      'store.json',
    ]);
    const store = await openFeatureStore(folder, header);
    expect(store.header).toEqual(header);
    expect([...store.images]).toEqual(images);
    expect(store.images.at(5)).toBeUndefined();
    expect(store.skipped).toEqual([{ id: 'broken', reason: 'cut' }]);
    expect([store.rowOf('image-3'), store.rowOf('broken')]).toEqual([3, undefined]);
    const vectors = await store.vectors(3);
    expect(vectors).toHaveLength(rowLength);
    expect(vectors[10 * featureWidth + 2]).toBe(feature(3, 10, 2));
    await expect(store.vectors(5)).rejects.toThrow(RangeError);
  });

  it('write shards that any safetensors reader opens, and one index line per image', async () => {
    await writeStore(twoRows);
    const file = await readFile(join(folder, 'features-00002.safetensors'));
    const { tensors, metadata } = decodeSafetensors(file, 'shard');
    expect(tensors.get('features')).toMatchObject({ type: 'F16', shape: [1, 74, 3] });
    expect(float32Values(tensors.get('features')!, 'features')[0]).toBe(feature(4, 0, 0));
    expect(JSON.parse(metadata.header!)).toEqual(header);
    const lines = (await readFile(join(folder, 'index.jsonl'), 'utf8')).trim().split('\n');
    expect(JSON.parse(lines[3]!)).toEqual({
      id: 'image-3',
      productId: 'product-1',
      shard: 'features-00001.safetensors',
      row: 1,
      box: [3, 2, 43, 60],
      width: 50,
      height: 80,
    });
  });

  it('store mean and deviation over the 55 upright coloured vectors', async () => {
    await writeStore();
    const { statistics } = await openFeatureStore(folder);
    const values = images.flatMap((_, row) => patchSlots.map((slot) => feature(row, slot, 1)));
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(statistics.mean[1]).toBeCloseTo(mean, 5);
    expect(statistics.deviation[1]).toBeCloseTo(Math.sqrt(variance), 5);
  });

  it('load into shared memory, with positions', async () => {
    await writeStore(twoRows);
    const store = await openFeatureStore(folder);
    const memory = await store.shared({ positionScale: 'unit' });
    const features = sharedFeatures(memory);
    expect([features.rows, features.featureWidth]).toEqual([5, 3]);
    const target = new Float32Array(1 + 2 * featureWidth);
    features.copy(4, [73, 0], target, 1);
    expect([...target]).toEqual([
      0,
      ...[0, 1, 2].map((f) => feature(4, 73, f)),
      ...[0, 1, 2].map((f) => feature(4, 0, f)),
    ]);
    const { box } = images[4]!;
    expect(features.positions(4)).toEqual(patchPositions(kaleidoPatches(box), images[4]!, 'unit'));

    // A worker gets the same memory, not a copy.
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       const bits = new Uint16Array(workerData.values);
       parentPort.postMessage(bits[0]);
       bits[0] = 0x3c00;`,
      { eval: true, workerData: memory },
    );
    expect(await new Promise((resolve) => worker.on('message', resolve))).toBe(bits[0]);
    await new Promise((resolve) => worker.on('exit', resolve));
    expect(new Uint16Array(memory.values)[0]).toBe(0x3c00);
  });

  it('load only some of the 74 vectors, and refuse the others', async () => {
    await writeStore(twoRows);
    const memory = await (await openFeatureStore(folder)).shared({ positionScale: 'unit', slots: [33, 0] });
    expect(memory.values.byteLength).toBe(5 * 2 * featureWidth * 2);
    const features = sharedFeatures(memory);
    const target = new Float32Array(2 * featureWidth);
    for (let row = 0; row < 5; row++) {
      features.copy(row, [0, 33], target);
      expect([...target]).toEqual([0, 33].flatMap((slot) => [0, 1, 2].map((f) => feature(row, slot, f))));
    }
    expect(() => features.copy(0, [1], target)).toThrow('slot 1 is not among those in memory: 33, 0');
  });
});

describe('createFeatureStore', () => {
  it('creates no store before it is finished, and leaves nothing when discarded', async () => {
    const writer = await createFeatureStore(folder, header);
    await writer.append(images, bits);
    expect(existsSync(folder)).toBe(false);
    await writer.discard();
    expect(await readdir(root)).toEqual([]);
  });

  it('replaces a store only when the new one is complete', async () => {
    await writeStore();
    const writer = await createFeatureStore(folder, { ...header, source: 'others' });
    await writer.append(images.slice(0, 1), bits.slice(0, rowLength));
    expect((await openFeatureStore(folder, header)).images).toHaveLength(5);
    await writer.finish();
    expect((await openFeatureStore(folder)).images).toHaveLength(1);
    expect(await readdir(root)).toEqual(['features']);
  });

  it.each([
    ['was closed', async () => undefined],
    [
      'was killed while it wrote the journal',
      async (part: string) => {
        const path = join(part, 'journal.jsonl');
        const text = await readFile(path, 'utf8');
        await writeFile(path, text.slice(0, -20));
      },
    ],
    [
      'lost a row that never reached the disk',
      async (part: string) => {
        const path = join(part, 'features-00001.safetensors');
        const bytes = await readFile(path);
        await writeFile(path, bytes.fill(0, 4096 + 30));
      },
    ],
    ['lost a shard', (part: string) => rm(join(part, 'features-00001.safetensors'))],
  ])('resumes from a writer that %s, with the same bytes', async (_, spoil) => {
    await writeStore(twoRows);
    const names = await readdir(folder);
    const whole = await Promise.all(names.map((name) => readFile(join(folder, name), 'base64')));
    await rm(folder, { recursive: true });

    const first = await createFeatureStore(folder, header, twoRows);
    expect([...first.resumed]).toEqual([]);
    await first.append(images.slice(0, 2), bits.slice(0, 2 * rowLength));
    await first.skip({ id: 'broken', reason: 'cut' });
    await first.append(images.slice(2, 4), bits.slice(2 * rowLength, 4 * rowLength));
    await first.close();
    await spoil(`${folder}.part`);

    const second = await createFeatureStore(folder, header, { ...twoRows, resume: true });
    expect(second.resumed.has('image-1')).toBe(true);
    expect(second.resumedSkips).toBe(1);
    await expect(second.append(images.slice(0, 1), bits.slice(0, rowLength))).rejects.toThrow(/the same id/);
    for (const [index, image] of images.entries())
      if (!second.resumed.has(image.id))
        await second.append([image], bits.slice(index * rowLength, (index + 1) * rowLength));
    await second.finish();
    expect(await readdir(folder)).toEqual(names);
    expect(await Promise.all(names.map((name) => readFile(join(folder, name), 'base64')))).toEqual(whole);
  });

  it('keeps names and notes of any characters and length, also when it resumes', async () => {
    // U+2028 ends a line for some readers; the notes are longer than a chunk, which ends within a character.
    const named = images.map((image, i) => ({
      ...image,
      id: `a\u2028b\n\u{1f457}-${i}`,
      ...(i % 2 === 0 ? { note: 'é\u{1f457}'.repeat(70_000 + i) } : { fallback: 'nothing found' as const }),
    }));
    const first = await createFeatureStore(folder, header, twoRows);
    await first.append(named.slice(0, 3), bits.slice(0, 3 * rowLength));
    await first.close();
    const second = await createFeatureStore(folder, header, { ...twoRows, resume: true });
    expect([...second.resumed]).toEqual(named.slice(0, 3).map(({ id }) => id));
    await second.append(named.slice(3), bits.slice(3 * rowLength));
    await second.finish();
    const { images: found, rowOf } = await openFeatureStore(folder);
    expect([...found]).toEqual(named);
    expect(rowOf(named[4]!.id)).toBe(4);
    expect(found.filter(({ note }) => note === undefined)).toEqual([named[1], named[3]]);
    expect(found.flatMap(({ width }, row) => [row, width]).slice(2, 4)).toEqual([1, 50]);
  });

  it('resumes from a writer that was killed before the folder was renamed', async () => {
    await writeStore(twoRows);
    const names = await readdir(folder);
    const whole = await Promise.all(names.map((name) => readFile(join(folder, name), 'base64')));
    // The state between the last two steps: everything is written, and the journal still exists.
    const writer = await createFeatureStore(join(root, 'other'), header, twoRows);
    await writer.append(images.slice(0, 2), bits.slice(0, 2 * rowLength));
    await writer.skip({ id: 'broken', reason: 'cut' });
    await writer.append(images.slice(2), bits.slice(2 * rowLength));
    await writer.close();
    await rename(join(root, 'other.part'), `${folder}.part`);
    for (const name of ['index.jsonl', 'store.json']) await writeFile(join(`${folder}.part`, name), 'of before');
    await rm(folder, { recursive: true });
    const next = await createFeatureStore(folder, header, { ...twoRows, resume: true });
    expect(next.resumed.size).toBe(6);
    await next.finish();
    expect(await readdir(folder)).toEqual(names);
    expect(await Promise.all(names.map((name) => readFile(join(folder, name), 'base64')))).toEqual(whole);
  });

  it('starts over for another header, or without `resume`', async () => {
    for (const [others, resume] of [
      [{ ...header, source: 'others' }, true],
      [header, false],
    ] as const) {
      const first = await createFeatureStore(folder, header);
      await first.append(images, bits);
      await first.close();
      const second = await createFeatureStore(folder, others, { resume });
      expect(second.resumed.size).toBe(0);
      await second.discard();
    }
  });

  it('leaves a folder alone that another writer has taken', async () => {
    const first = await createFeatureStore(folder, header);
    await first.append(images, bits);
    await first.close();
    const second = await createFeatureStore(folder, header, { resume: true });
    await first.discard();
    await second.finish();
    expect((await openFeatureStore(folder, header)).images).toHaveLength(5);
  });

  it('gives up its lock if the folder was deleted', async () => {
    const writer = await createFeatureStore(folder, header);
    await rm(`${folder}.part`, { recursive: true });
    await writer.close();
    await (await createFeatureStore(folder, header)).discard();
    expect(await readdir(root)).toEqual([]);
  });

  it('lets one process write at a time', async () => {
    const writer = await createFeatureStore(folder, header);
    await writer.append(images, bits);
    await writer.close();
    // The parent process is another one, and alive.
    const lockOf = (pid: number): string =>
      JSON.stringify({ pid, host: hostname(), start: '2026-01-01T00:00:00.000Z' });
    await writeFile(`${folder}.part/writer.lock`, lockOf(process.ppid));
    await expect(createFeatureStore(folder, header)).rejects.toThrow(
      new RegExp(`another process is writing to .*features.part, found "process ${process.ppid} on .*; wait for`),
    );
    await writeFile(`${folder}.part/writer.lock`, lockOf(4_194_303));
    const next = await createFeatureStore(folder, header, { resume: true });
    expect(next.resumed.size).toBe(5);
    await next.discard();
  });

  it('refuses what would damage the store', async () => {
    const writer = await createFeatureStore(folder, header);
    await expect(writer.finish()).rejects.toThrow(/no image could be prepared for .*features, found "no images"/);
    await expect(writer.append(images, bits.slice(1))).rejects.toThrow('5 images need 1110 features, found 1109');
    await writer.append(images.slice(0, 1), bits.slice(0, rowLength));
    await expect(writer.append(images.slice(0, 1), bits.slice(0, rowLength))).rejects.toThrow(
      'two images of one store have the same id, found "image-0"',
    );
    const infinite = bits.slice(0, rowLength).fill(toFloat16Bits(70_000), 7, 8);
    expect(fromFloat16Bits(infinite[7]!)).toBe(Number.POSITIVE_INFINITY);
    await expect(writer.append(images.slice(1, 2), infinite)).rejects.toThrow(/a feature of image image-1 is NaN/);
    await expect(writer.append([{ ...images[1]!, width: 50.5 }], bits.slice(rowLength, 2 * rowLength))).rejects.toThrow(
      /the box and the size of image image-1 must be whole pixels/,
    );
    // If one image of a batch is refused, none is stored.
    const both = bits.slice(rowLength, 3 * rowLength);
    both.set(infinite, rowLength);
    await expect(writer.append(images.slice(1, 3), both)).rejects.toThrow(/image-2 is NaN/);
    await writer.append(images.slice(1, 2), bits.slice(rowLength, 2 * rowLength));
    await writer.finish();
    expect((await openFeatureStore(folder, header)).images).toHaveLength(2);
  });

  it('stores pixels exactly in one byte each, and refuses another precision', async () => {
    const inBytes: FeatureStoreHeader = { ...header, extractor: { ...header.extractor, precision: 'byte' } };
    const pixels = Uint8Array.from({ length: images.length * rowLength }, (_, i) => (i * 7) % 256);
    const writer = await createFeatureStore(folder, inBytes, { shardBytes: 4096 + 2 * rowLength });
    await expect(writer.append(images, bits)).rejects.toThrow(/keeps byte, 1 bytes a number, found 2/);
    await writer.append(images, pixels);
    await writer.finish();
    const store = await openFeatureStore(folder, inBytes);
    const shard = decodeSafetensors(await readFile(join(folder, 'features-00000.safetensors')), 'shard');
    expect(shard.tensors.get('features')).toMatchObject({ type: 'U8', shape: [2, featureSlotCount, featureWidth] });
    const vectors = await store.vectors(4);
    const target = new Float32Array(featureWidth);
    sharedFeatures(await store.shared({ positionScale: 'raw' })).copy(4, [9], target);
    for (let i = 0; i < featureWidth; i++) {
      const expected = Math.fround(pixels[4 * rowLength + 9 * featureWidth + i]! / 255);
      expect([vectors[9 * featureWidth + i], target[i]]).toEqual([expected, expected]);
    }
    await expect(openFeatureStore(folder, header)).rejects.toThrow(/was made with another extractor/);
  });

  it('names the folder and the reason when it cannot write', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(createFeatureStore(join(root, 'file', 'features'), header)).rejects.toThrow(
      /the folder .* cannot be written to, found "(ENOTDIR|EEXIST)"; check its permissions/,
    );
  });
});

describe('openFeatureStore', () => {
  it('refuses features of another extractor, settings, finder or images, naming which', async () => {
    await writeStore();
    const { extractor, foreground } = header;
    const others: [FeatureStoreHeader, RegExp][] = [
      [{ ...header, extractor: { ...extractor, name: 'other' } }, /made with another extractor than .*"other"/],
      [{ ...header, extractor: { ...extractor, weightsHash: 'xyz' } }, /another extractor/],
      [
        { ...header, extractor: { ...extractor, settings: { size: 4 } } },
        /another extractor than .*"size":4.* found .*"size":3/,
      ],
      [{ ...header, foreground: { ...foreground, settings: { padding: 1 } } }, /another foreground finder/],
      [{ ...header, source: 'six images' }, /another source than "six images", found "five images"/],
    ];
    for (const [expected, message] of others) await expect(openFeatureStore(folder, expected)).rejects.toThrow(message);
  });

  it('refuses a folder without a store', async () => {
    await expect(openFeatureStore(folder)).rejects.toThrow(
      /features is no feature store: cannot read store.json, found "ENOENT"; prepare the features first/,
    );
  });

  it('refuses files that are truncated, altered or missing, naming them', async () => {
    const shard = join(folder, 'features-00001.safetensors');
    const edits: [() => Promise<void>, RegExp][] = [
      [() => truncate(shard, 4500), /features-00001.safetensors must have 4984 bytes, found 4500/],
      [() => rm(shard), /cannot open features-00001.safetensors, found "ENOENT"/],
      [() => overwrite(shard, 8, '[]'), /the head of features-00001.safetensors does not fit store.json/],
      [() => rm(join(folder, 'index.jsonl')), /cannot read index.jsonl/],
      [() => cutLines(join(folder, 'index.jsonl'), 1), /index.jsonl must have 5 lines, found 1/],
      [() => cutLines(join(folder, 'index.jsonl'), 5, '{}\n'), /index.jsonl must have 5 lines, found 6/],
      [() => edit(join(folder, 'index.jsonl'), '"width":50', '"width":50.5'), /line 1 of index.jsonl does not fit/],
      [() => writeFile(join(folder, 'index.jsonl'), '{\n{\n{\n{\n{\n'), /line 1 of index.jsonl is not JSON/],
      [() => writeFile(join(folder, 'index.jsonl'), '{}\n{}\n{}\n{}\n{}\n'), /line 1 of index.jsonl does not fit/],
      [
        () => truncate(join(folder, 'statistics.safetensors'), 20),
        /statistics.safetensors is not a sound safetensors file/,
      ],
      [() => truncate(join(folder, 'store.json'), 30), /store.json is not JSON/],
      [() => writeFile(join(folder, 'store.json'), '{}'), /store.json describes something else/],
      [
        () => writeFile(join(folder, 'store.json'), '{"format":"kaleido-features","version":1}'),
        /store.json is not complete/,
      ],
      [() => edit(join(folder, 'store.json'), '"rows": 2', '"rows": "2"'), /store.json is not complete/],
      [
        () => edit(join(folder, 'store.json'), '"weightsHash": "abc"', '"weightsHash": "xyz"'),
        /the head of features-00000.safetensors does not fit store.json/,
      ],
      [() => writeFile(join(folder, 'store.json'), '{"format":"kaleido-features","version":9}'), /layout version 9/],
    ];
    for (const [spoil, message] of edits) {
      await writeStore(twoRows);
      await spoil();
      await expect(openFeatureStore(folder)).rejects.toThrow(message);
    }
  });

  it('detects altered contents when it loads them', async () => {
    await writeStore(twoRows);
    await overwrite(join(folder, 'features-00001.safetensors'), 4096 + 11, 'x');
    const store = await openFeatureStore(folder);
    await expect(store.shared({ positionScale: 'unit' })).rejects.toThrow(
      /features is damaged: the contents of features-00001.safetensors have changed; delete the folder/,
    );
  });
});

async function overwrite(path: string, position: number, text: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(text, position);
  await file.close();
}

async function cutLines(path: string, lines: number, more = ''): Promise<void> {
  const text = await readFile(path, 'utf8');
  await writeFile(path, `${text.split('\n').slice(0, lines).join('\n')}\n${more}`);
}

async function edit(path: string, from: string, to: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace(from, to));
}
