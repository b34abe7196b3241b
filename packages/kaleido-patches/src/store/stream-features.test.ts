import { execFile } from 'node:child_process';
import { mkdtemp, open, readdir, readlink, rename, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomStream, toFloat16Bits } from '@kaleido/foundation';
import { type FeatureReader, featureSlotCount, patchCount } from '@kaleido/layout';
import fc from 'fast-check';
import { createFeatureStore } from './create-feature-store.ts';
import { type FeatureAccess, selectColumns, selectRows } from './feature-access.ts';
import type { FeatureStoreHeader, StoredImage } from './feature-store-header.ts';
import { openFeatureStore } from './open-feature-store.ts';
import { openFeatures } from './open-features.ts';
import type { StoredPrecision, StoredValues } from './stored-precision.ts';

const linux = process.platform === 'linux';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'kaleido-stream-'));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

interface MadeStore {
  readonly rows: number;
  readonly featureWidth: number;
  readonly precision?: StoredPrecision;
  readonly rowsPerShard?: number;
  readonly seed?: number;
}

/** Writes a store of random features and boxes, and returns its folder. */
async function makeStore(name: string, made: MadeStore): Promise<string> {
  const { rows, featureWidth, precision = 'float16', rowsPerShard = 3, seed = 1 } = made;
  const folder = join(root, name);
  const random = randomStream(seed, 'store');
  const rowLength = featureSlotCount * featureWidth;
  const header: FeatureStoreHeader = {
    extractor: { name: 'made-up', weightsHash: String(seed), settings: {}, featureWidth, precision },
    foreground: { name: 'whole-image', settings: {} },
    source: 'made up',
  };
  const rowBytes = rowLength * (precision === 'byte' ? 1 : 2);
  const writer = await createFeatureStore(folder, header, { shardBytes: 4096 + rowsPerShard * rowBytes });
  const images = Array.from({ length: rows }, (_, row): StoredImage => {
    const [x0, y0] = [random.integer(50), random.integer(50)];
    const box = { x0, y0, x1: x0 + 1 + random.integer(60), y1: y0 + 1 + random.integer(60) };
    return { id: `image-${row}`, productId: `product-${row}`, box, width: 111, height: 112 };
  });
  const length = rows * rowLength;
  const values: StoredValues =
    precision === 'byte'
      ? Uint8Array.from({ length }, () => random.integer(256))
      : Uint16Array.from({ length }, () => toFloat16Bits(random.normal() * 100));
  await writer.append(images, values);
  await writer.finish();
  return folder;
}

async function access(folder: string, memory: number, slots?: readonly number[]): Promise<FeatureAccess> {
  return (await openFeatureStore(folder)).share({ positionScale: 'unit', memory, slots });
}

/** The vectors and positions of some rows, concatenated. */
async function valuesOf(reader: FeatureReader, rows: readonly number[], slots: readonly number[]): Promise<number[][]> {
  const table = await reader.load(rows);
  return rows.map((row) => {
    const target = new Float32Array(1 + slots.length * reader.featureWidth);
    table.copy(row, slots, target, 1);
    return [...target, ...table.positions(row)];
  });
}

const enough = 2 ** 30;

describe('openFeatures', () => {
  it('gives the same bytes streamed and resident, for any rows, slots, selections, shards and memory', async () => {
    let made = 0;
    const slot = fc.integer({ min: 0, max: featureSlotCount - 1 });
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          rows: fc.integer({ min: 1, max: 12 }),
          featureWidth: fc.integer({ min: 1, max: 5 }),
          precision: fc.constantFrom('float16' as const, 'byte' as const),
          rowsPerShard: fc.integer({ min: 1, max: 5 }),
          seed: fc.nat(),
        }),
        fc.option(fc.uniqueArray(slot, { minLength: 1, maxLength: 20 }), { nil: undefined }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 9 }),
        fc.array(fc.array(fc.nat(), { maxLength: 6 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 0, max: 6000 }),
        async (store, slots, selection, loads, memory) => {
          const folder = await makeStore(`store-${made++}`, store);
          const selected = selection.map((row) => row % store.rows);
          const wanted = slots ?? [73, 0, 5, 6, 7];
          const [resident, streamed] = [await access(folder, enough, slots), await access(folder, 0, slots)];
          expect([resident.kind, streamed.kind]).toEqual(['resident', 'streamed']);
          for (const pick of [(one: FeatureAccess) => one, (one: FeatureAccess) => selectRows(one, selected)]) {
            const known = await openFeatures(pick(resident));
            const tested = await openFeatures(pick(streamed), { memory });
            expect([tested.rows, tested.featureWidth]).toEqual([known.rows, known.featureWidth]);
            for (const load of loads) {
              const rows = load.map((row) => row % known.rows);
              expect(await valuesOf(tested, rows, wanted)).toEqual(await valuesOf(known, rows, wanted));
            }
            await tested.close();
          }
          await rm(folder, { recursive: true });
        },
      ),
      { numRuns: 25 },
    );
  });

  it('composes selections, resident and streamed', async () => {
    const folder = await makeStore('store', { rows: 7, featureWidth: 2 });
    for (const memory of [enough, 0]) {
      const all = await access(folder, memory);
      const some = selectRows(selectRows(all, [6, 4, 2, 0]), Int32Array.of(3, 1, 1));
      expect(some.rows).toBe(3);
      const [whole, part] = [await openFeatures(all), await openFeatures(some)];
      expect(await valuesOf(part, [0, 1, 2], [3, 9])).toEqual(await valuesOf(whole, [0, 4, 4], [3, 9]));
      // The memory is shared: no feature was copied.
      if (some.kind === 'resident' && all.kind === 'resident') expect(some.memory).toBe(all.memory);
      expect(() => selectRows(some, [3])).toThrow('row 3 of features with 3 rows');
      expect(() => selectRows(some, [0.5])).toThrow(RangeError);
      for (const reader of [whole, part]) await reader.close();
    }
  });

  it('selects a part of each vector, resident and streamed', async () => {
    const folder = await makeStore('store', { rows: 5, featureWidth: 6 });
    for (const memory of [enough, 0]) {
      const all = await access(folder, memory);
      const part = selectRows(selectColumns(selectColumns(all, 1, 5), 2, 2), [4, 1]);
      const [whole, tested] = [await openFeatures(all), await openFeatures(part, { memory: 1000 })];
      expect([tested.rows, tested.featureWidth]).toEqual([2, 2]);
      const [table, chosen] = [await whole.load([1, 4]), await tested.load([0, 1])];
      for (const [row, stored] of [4, 1].entries()) {
        const [vectors, parts] = [new Float32Array(2 * 6), new Float32Array(1 + 2 * 2)];
        table.copy(stored, [7, 0], vectors);
        chosen.copy(row, [7, 0], parts, 1);
        expect([...parts]).toEqual([0, vectors[3], vectors[4], vectors[9], vectors[10]]);
        expect(chosen.positions(row)).toEqual(table.positions(stored));
      }
      for (const [start, width] of [
        [5, 2],
        [-1, 2],
        [0, 0],
        [0.5, 1],
      ] as const)
        expect(() => selectColumns(all, start, width)).toThrow(RangeError);
      for (const reader of [whole, tested]) await reader.close();
    }
  });

  it('uses memory if features and positions fit, and streams if they are one byte too large', async () => {
    const folder = await makeStore('store', { rows: 4, featureWidth: 2 });
    const bytes = 4 * (featureSlotCount * 2 * 2 + patchCount * 5 * 4);
    expect((await access(folder, bytes)).kind).toBe('resident');
    expect((await access(folder, bytes - 1)).kind).toBe('streamed');
    const one = await access(folder, 4 * (2 * 2 + patchCount * 5 * 4), [5]);
    expect(one.kind).toBe('resident');
    const store = await openFeatureStore(folder);
    expect((await store.share({ positionScale: 'raw' })).kind).toBe('resident');
    const table = await (await openFeatures(one)).load([]);
    expect(await (await openFeatures(one)).load([3])).toEqual(expect.objectContaining({ rows: 4 }));
    expect(() => table.copy(4, [5], new Float32Array(2))).toThrow('row 4 of features with 4 rows');
    for (const memory of [-1, Number.NaN])
      await expect(store.share({ positionScale: 'raw', memory })).rejects.toThrow(
        /memory for features must be a number of bytes from 0, found/,
      );
    await expect(openFeatures(one, { memory: -1 })).rejects.toThrow(/number of bytes/);
    for (const slots of [[74], [], [-1], [0.5]])
      await expect(store.share({ positionScale: 'raw', slots })).rejects.toThrow(
        /slots to share must be among 0 to 73/,
      );
  });

  it('can be sent to a worker', async () => {
    const folder = await makeStore('store', { rows: 4, featureWidth: 2 });
    const streamed = selectRows(await access(folder, 0), [3, 1]);
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       new Int32Array(workerData.boxes)[0] = 77;
       parentPort.postMessage({ ...workerData });`,
      { eval: true, workerData: streamed },
    );
    const back: FeatureAccess = await new Promise((resolve) => worker.on('message', resolve));
    expect(back.kind === 'streamed' && new Int32Array(back.boxes)[0]).toBe(77);
    if (streamed.kind === 'streamed') expect(new Int32Array(streamed.boxes)[0]).toBe(77);
    const [here, there] = [await openFeatures(streamed), await openFeatures(back)];
    expect(await valuesOf(there, [0, 1], [8])).toEqual(await valuesOf(here, [0, 1], [8]));
    for (const reader of [here, there]) await reader.close();
  });
});

describe('streamed features', () => {
  /** What `bytesKept` counts for a row of width 2. */
  const rowBytes = featureSlotCount * 2 * 2 + 512;

  it('keep the most recently used rows, within their memory', async () => {
    const folder = await makeStore('store', { rows: 10, featureWidth: 2, rowsPerShard: 1 });
    const reader = await openFeatures(await access(folder, 0), { memory: 3 * rowBytes + 1 });
    const readBy = async (...rows: number[]): Promise<number> => {
      const before = reader.reading.rowsRead;
      await reader.load(rows);
      expect(reader.reading.bytesKept).toBeLessThanOrEqual(3 * rowBytes);
      return reader.reading.rowsRead - before;
    };
    expect(await readBy(0, 1, 2, 1)).toBe(3);
    expect(reader.reading).toMatchObject({ rowsAsked: 3, reads: 3, bytesRead: 3 * 296, rowsKept: 3 });
    expect(await readBy(0)).toBe(0);
    expect(await readBy(3)).toBe(1);
    // Row 1 was the least recently used.
    expect(await readBy(0, 2, 3)).toBe(0);
    expect(await readBy(1)).toBe(1);
    expect(await readBy(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)).toBe(7);
    expect(reader.reading.rowsKept).toBe(3);
    await reader.close();
    expect(reader.reading).toMatchObject({ rowsKept: 0, bytesKept: 0, openFiles: 0 });
  });

  it('keep the rows of a table after they leave the cache, and refuse rows that were not requested', async () => {
    const folder = await makeStore('store', { rows: 6, featureWidth: 2 });
    const reader = await openFeatures(await access(folder, 0));
    const table = await reader.load([4]);
    const [before, after] = [new Float32Array(4), new Float32Array(4)];
    table.copy(4, [0, 1], before);
    for (let row = 0; row < 6; row++) await reader.load([row]);
    table.copy(4, [0, 1], after);
    expect(after).toEqual(before);
    expect(table.positions(4)).toHaveLength(patchCount * 5);
    expect(() => table.copy(3, [0], after)).toThrow(new RangeError('row 3 was not loaded'));
    expect(() => table.positions(3)).toThrow(new RangeError('row 3 was not loaded'));
    expect(() => table.copy(4, [74], after)).toThrow(new RangeError('slot 74 of 74'));
    for (const row of [6, -1, 0.5])
      await expect(reader.load([row])).rejects.toThrow(new RangeError(`row ${row} of features with 6 rows`));
    await reader.close();
  });

  it('read neighbours at once, and only the requested slots of each row', async () => {
    const folder = await makeStore('store', { rows: 40, featureWidth: 2, rowsPerShard: 20 });
    const whole = await openFeatures(await access(folder, 0));
    await whole.load([7, 5, 6, 19, 20, 21]);
    // 5 to 19 with the gap between them, and the start of the next shard.
    expect(whole.reading).toMatchObject({ rowsRead: 6, reads: 2, bytesRead: (15 + 2) * 296 });
    await whole.close();
    const wide = await makeStore('wide', { rows: 4, featureWidth: 200, rowsPerShard: 4 });
    const some = await openFeatures(await access(wide, 0, [1, 0, 70]));
    await some.load([2]);
    expect(some.reading).toMatchObject({ reads: 2, bytesRead: 3 * 400 });
    await some.close();
  });

  it('read a row once for concurrent loads', async () => {
    const folder = await makeStore('store', { rows: 8, featureWidth: 2 });
    const [known, reader] = [
      await openFeatures(await access(folder, enough)),
      await openFeatures(await access(folder, 0)),
    ];
    const loads = Array.from({ length: 12 }, (_, i) => [i % 8, (i + 1) % 8, (i + 5) % 8]);
    const found = await Promise.all(loads.map((rows) => valuesOf(reader, rows, [2, 40])));
    for (const [i, rows] of loads.entries()) expect(found[i]).toEqual(await valuesOf(known, rows, [2, 40]));
    expect(reader.reading.rowsRead).toBe(8);
    await reader.close();
  });

  it('open each file once, and close all of them', async () => {
    const folder = await makeStore('store', { rows: 40, featureWidth: 1, rowsPerShard: 1 });
    const reader = await openFeatures(await access(folder, 0), { memory: 0 });
    const all = Array.from({ length: 40 }, (_, row) => row);
    await Promise.all([reader.load(all), reader.load([3]), reader.load(all.slice(9))]);
    await reader.load(all);
    expect(reader.reading).toMatchObject({ openFiles: 40, rowsKept: 0 });
    if (linux) expect((await openIn(folder)).length).toBe(40);
    // Closing waits for what is still being read.
    const last = reader.load(all);
    await reader.close();
    await last;
    expect(reader.reading.openFiles).toBe(0);
    expect(await openIn(folder)).toEqual([]);
    await expect(reader.load([1])).rejects.toThrow(/were read after their reader was closed; open them again/);
    await reader.close();
  });

  const limited = linux ? it : it.skip;
  limited(`work with as few open files as the system allows${linux ? '' : ' (skipped: not on Linux)'}`, async () => {
    const folder = await makeStore('store', { rows: 130, featureWidth: 1, rowsPerShard: 1 });
    // Imports these modules directly: Node then needs fewer open files itself.
    const dist = (name: string): string => JSON.stringify(new URL(`../../dist/store/${name}.js`, import.meta.url));
    const script = `
      import { openFeatureStore } from ${dist('open-feature-store')};
      import { openFeatures } from ${dist('open-features')};
      const store = await openFeatureStore(${JSON.stringify(folder)});
      const reader = await openFeatures(await store.share({ positionScale: 'unit', memory: 0 }));
      for (let i = 0; i < 2; i++) await reader.load(Array.from({ length: 130 }, (_, row) => row));
      console.log(reader.reading.rowsRead, reader.reading.openFiles < 130);`;
    const run = promisify(execFile)('sh', [
      '-c',
      'ulimit -n 120; exec "$0" --input-type=module -e "$1"',
      process.execPath,
      script,
    ]);
    expect((await run).stdout).toBe('260 true\n');
  });

  it.each<[string, (folder: string) => Promise<void>, RegExp]>([
    [
      'gone',
      (folder) => rm(join(folder, 'features-00001.safetensors')),
      /damaged: cannot open features-00001.safetensors, found "ENOENT"; delete the folder/,
    ],
    [
      'cut',
      (folder) => truncate(join(folder, 'features-00001.safetensors'), 4300),
      /features-00001.safetensors must have 4984 bytes, found 4300/,
    ],
    [
      "another store's",
      async (folder) => {
        await rm(folder, { recursive: true });
        await rename(await makeStore('other', { rows: 7, featureWidth: 2, seed: 2 }), folder);
      },
      /the head of features-00001.safetensors does not fit store.json/,
    ],
    [
      'spoilt',
      (folder) => overwrite(join(folder, 'features-00001.safetensors'), 4096 + 296 + 51, 0x7c),
      /a feature of row 4 is NaN or infinite/,
    ],
  ])('name the file that is %s since they were opened', async (_, spoil, message) => {
    const folder = await makeStore('store', { rows: 7, featureWidth: 2 });
    const reader = await openFeatures(await access(folder, 0), { memory: enough });
    await spoil(folder);
    // Each of several concurrent loads fails, and a retry fails again.
    const loads = [reader.load([4, 5]), reader.load([4])];
    for (const load of loads) await expect(load).rejects.toThrow(message);
    await expect(reader.load([4])).rejects.toThrow(message);
    await reader.close();
  });

  it('report where a file truncated while open ends, and continue with the others', async () => {
    const folder = await makeStore('store', { rows: 7, featureWidth: 2 });
    const reader = await openFeatures(await access(folder, 0), { memory: 0 });
    await reader.load([3]);
    await truncate(join(folder, 'features-00001.safetensors'), 4096 + 296);
    await expect(reader.load([1, 5])).rejects.toThrow(
      /damaged: cannot read features-00001.safetensors at 592, found "the file ends before"/,
    );
    await reader.load([1, 3]);
    await reader.close();
  });
});

/** Files of a folder that this process has open (Linux only). */
async function openIn(folder: string): Promise<string[]> {
  const names = await readdir('/proc/self/fd').catch(() => []);
  const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return targets.filter((target) => target.startsWith(folder));
}

async function overwrite(path: string, position: number, byte: number): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(Uint8Array.of(byte), 0, 1, position);
  await file.close();
}
