import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openFeatureStore } from '@kaleido/kaleido-patches/node';
import { generateStore } from './generate-store.ts';
import { measureStream } from './measure-stream.ts';
import { streamTable } from './stream-command.ts';
import { trainOnStream } from './train-on-stream.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bench-stream-'));
});
afterEach(() => rm(root, { recursive: true }));

describe('generateStore', () => {
  it('makes a valid store from any number of whole shards', async () => {
    const folder = join(root, 'features');
    await generateStore(folder, { products: 3000, featureWidth: 2, seed: 1 });
    const store = await openFeatureStore(folder);
    expect(store.images.length).toBe(3000);
    expect(store.rowOf('image-00002999')).toBe(2999);
    expect(await store.vectors(2007)).toEqual(await store.vectors(7));
    // Loading checks the hashes.
    expect((await store.share({ positionScale: 'unit' })).kind).toBe('resident');
    await expect(generateStore(folder, { products: 1500, featureWidth: 2, seed: 1 })).rejects.toThrow(
      '@kaleido/bench: a generated store has a multiple of 1000 products, found 1500',
    );
    expect(await readdir(root)).toEqual(['features']);
  });
});

describe('measureStream', () => {
  it('counts what is read, within the given memory', async () => {
    const folder = join(root, 'features');
    await generateStore(folder, { products: 2000, featureWidth: 2, seed: 1 });
    const options = { batch: 4, steps: 6, ahead: 2, work: 1, seed: 1 };
    const streamed = await measureStream(folder, 20_000, options);
    expect(streamed).toMatchObject({ kind: 'streamed', products: 2000, featureWidth: 2 });
    expect(streamed.rowsAsked).toBeGreaterThan(40);
    expect(streamed.rowsAsked).toBeLessThanOrEqual(48);
    expect(streamed.bytesRead).toBeGreaterThanOrEqual(streamed.rowsRead * 296);
    expect(streamed.bytesKept).toBeLessThanOrEqual(20_000);
    const resident = await measureStream(folder, 1e9, options);
    expect(resident).toMatchObject({ kind: 'resident', rowsRead: 0 });
    for (const { waited } of [streamed, resident]) expect(waited.most).toBeGreaterThanOrEqual(waited.median);
    expect(streamTable(streamed)).toContain('| streamed | 2000 products, F 2 |');
  });
});

describe('trainOnStream', () => {
  it('trains on a store larger than the given memory, and reports time and memory', async () => {
    const folder = join(root, 'features');
    await generateStore(folder, { products: 1000, featureWidth: 8, seed: 1 });
    const options = { preset: 'tiny', batch: 4, steps: 3, seed: 1 };
    const streamed = await trainOnStream(folder, { ...options, memory: 20_000 });
    expect(streamed).toMatchObject({ kind: 'streamed', products: 1000 });
    expect(streamed.waiting).toBeGreaterThanOrEqual(0);
    expect(streamed.waiting).toBeLessThanOrEqual(100);
    expect(streamed.bytesPeak).toBeGreaterThan(0);
    expect((await trainOnStream(folder, { ...options, memory: 1e9 })).kind).toBe('resident');
  });
});
