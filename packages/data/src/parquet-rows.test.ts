import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KaleidoError, randomStream } from '@kaleido/foundation';
import fc from 'fast-check';
import {
  binary,
  type Column,
  column,
  list,
  picture,
  readParquet,
  string,
  struct,
  writeParquet,
} from '../test/parquet-file.ts';
import { openParquetFolder } from './parquet-folder.ts';
import type { SkippedProduct } from './product.ts';

const cases = fileURLToPath(new URL('../../../../shared/golden/cases/parquet/', import.meta.url));
const describeCases = existsSync(cases) ? describe : describe.skip;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kaleido-parquet-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('the files of a split', () => {
  const rows = (first: number) => ({ item_ID: column({ type: 'INT64' }, [BigInt(first), BigInt(first + 1)]) });

  it.each<[string, string[]]>([
    ['as Hugging Face writes them', ['train-00000-of-00002.parquet', 'train-00001-of-00002.parquet']],
    [
      'as it wrote them, with a hash',
      ['train-00000-of-00002-6cff4c59f91661c3.parquet', 'train-00001-of-00002-0123456789abcdef.parquet'],
    ],
    ['in its folder data', ['data/train-00000-of-00002.parquet', 'data/train-00001-of-00002.parquet']],
    ['as it converts them', ['train/0000.parquet', 'train/0001.parquet']],
    ['as one', ['train.parquet']],
  ])('are found %s', async (_, files) => {
    for (const [index, file] of files.entries()) await writeParquet(folder, rows(2 * index), { file });
    await writeParquet(folder, rows(0), {
      file: files[0]!
        .replace('train', 'validation')
        .replace(/-of-\d+/, '-of-00001')
        .replace('-6cff', '-7cff'),
    });
    const source = await openParquetFolder(folder);
    expect(source.splits).toEqual(['train', 'validation']);
    const { products, warnings } = await readParquet(folder);
    expect(products.map(({ id }) => id)).toEqual(Array.from({ length: 2 * files.length }, (_, row) => String(row)));
    expect(warnings).toEqual([]);
  });

  it('are found among files of operating systems; other data files are reported', async () => {
    await writeParquet(folder, rows(0));
    const names = [
      '._train-00000-of-00001.parquet',
      '.DS_Store',
      '__MACOSX/._train-00000-of-00001.parquet',
      'README.md',
      'photos/0.jpg',
      'backup.tar',
      'train-00000-of-00001 (1).parquet',
    ];
    for (const name of names) {
      await mkdir(join(folder, name, '..'), { recursive: true });
      await writeFile(join(folder, name), 'Mac OS X        ');
    }
    const { products, warnings } = await readParquet(folder);
    expect(products).toHaveLength(2);
    expect(warnings).toEqual([
      `@kaleido/data: ${folder} holds files beside the Parquet shards that are not read: backup.tar, train-00000-of-00001 (1).parquet`,
    ]);
  });

  it.each<[string, string[], RegExp]>([
    [
      'two exports',
      ['train-00000-of-00001-6cff4c59f91661c3.parquet', 'train-00000-of-00001-0123456789abcdef.parquet'],
      /split "train" in .* are there more than once, found \["train-00000-of-00001-0123/,
    ],
    [
      'two ways',
      ['train-00000-of-00001.parquet', 'train.parquet'],
      /are there more than once, found \["train-00000-of-00001.parquet","train.parquet"\]/,
    ],
    ['a gap', ['train/0000.parquet', 'train/0002.parquet'], /are not complete, found \["0","2"\]/],
    ['a missing shard', ['train-00001-of-00002.parquet'], /are not complete, found \["1 of 2"\]/],
    [
      'a number for a name',
      ['0000.parquet'],
      /holds no Parquet shard, found \["0000.parquet"\]; name the files .*<split>\/0000.parquet/,
    ],
  ])('are refused for %s', async (_, files, message) => {
    for (const file of files) await writeParquet(folder, rows(0), { file });
    await expect(openParquetFolder(folder)).rejects.toThrow(message);
  });

  it('are refused if one is a folder or empty', async () => {
    await mkdir(join(folder, 'train.parquet'));
    await expect(openParquetFolder(folder)).rejects.toThrow(
      /train\.parquet is not a whole Parquet file, found "not a file"/,
    );
    await rm(join(folder, 'train.parquet'), { recursive: true });
    await writeFile(join(folder, 'train.parquet'), '');
    await expect(openParquetFolder(folder)).rejects.toThrow(
      /train\.parquet is not a whole Parquet file, found "0 bytes"/,
    );
  });
});

describe('row groups', () => {
  const file = 'train-00000-of-00001.parquet';

  it('that are large and have a page index are read in parts, with the same rows in the same order', async () => {
    // 40 MiB, in pages of a few rows: three parts.
    const pictures = Array.from({ length: 160 }, (_, row) => new Uint8Array(2 ** 18).fill(row).fill(0x89, 0, 1));
    const cells = pictures.map((bytes, row) =>
      row % 7 === 3 ? null : { bytes, path: row % 5 === 0 ? null : 'a.png' },
    );
    await writeParquet(
      folder,
      { image: struct(...cells), season: string(...cells.map((_, row) => (row % 3 === 0 ? null : `season ${row}`))) },
      { pageSize: 2 ** 20, codec: 'UNCOMPRESSED', encoding: 'PLAIN', statistics: false },
    );
    const { products, reasons } = await readParquet(folder);
    const kept = Array.from(cells.keys()).filter((row) => cells[row] !== null);
    expect(products.map(({ id }) => Number(id))).toEqual(kept);
    expect(
      products.every(
        ({ id, image, attributes }) =>
          image.bytes.length === 2 ** 18 &&
          image.bytes[9] === Number(id) &&
          attributes?.season === (Number(id) % 3 === 0 ? undefined : `season ${id}`),
      ),
    ).toBe(true);
    expect(reasons).toEqual(
      Array.from(cells.keys())
        .filter((row) => cells[row] === null)
        .map((row) => `row ${row} has no image`),
    );
  });

  it('of lists are read in parts too', async () => {
    const bytes = Array.from({ length: 32_000 }, (_, index) => index % 251);
    const cells = Array.from({ length: 20 }, (_, row) => (row % 6 === 5 ? null : [row, ...bytes]));
    await writeParquet(
      folder,
      { image: list({ type: 'INT32' }, ...cells) },
      { pageSize: 2 ** 16, codec: 'UNCOMPRESSED', encoding: 'PLAIN', statistics: false },
    );
    const { products } = await readParquet(folder);
    const kept = Array.from(cells.keys()).filter((row) => cells[row] !== null);
    expect(products.map(({ id }) => Number(id))).toEqual(kept);
    expect(products.map(({ image }) => [image.bytes.length, image.bytes[0]])).toEqual(kept.map((row) => [32_001, row]));
  });

  /** Writes a file with these numbers in the footer, for column 0 of row group 1; `hole` makes the file longer. */
  async function claim(
    numbers: Partial<
      Record<'total_compressed_size' | 'total_uncompressed_size' | 'num_values' | 'data_page_offset', bigint>
    >,
    hole = 0,
  ): Promise<void> {
    await writeParquet(
      folder,
      { image: binary(picture, picture, picture) },
      {
        rowGroupSize: 2,
        footer({ row_groups }) {
          const chunk = row_groups[1]!.columns[0]!;
          Object.assign(chunk.meta_data!, numbers);
          delete chunk.offset_index_offset;
          delete chunk.offset_index_length;
        },
      },
    );
    if (hole > 0) {
      // The footer moves to the end of the longer file; the gap is not written.
      const path = join(folder, file);
      const bytes = await readFile(path);
      const length = bytes.readUInt32LE(bytes.length - 8) + 8;
      const target = await open(path, 'r+');
      await target.truncate(bytes.length - length);
      await target.write(bytes.subarray(-length), 0, length, hole);
      await target.close();
    }
  }

  it.each<[string, Parameters<typeof claim>, RegExp]>([
    [
      'are larger than 2 GiB',
      [{ total_compressed_size: 3n * 2n ** 30n, total_uncompressed_size: 3n * 2n ** 30n }, 4 * 2 ** 30],
      /row group 1 \(of 2\) of .*\.parquet is too large to be read at once, found "32212\d{5} bytes"; write the file with smaller row groups/,
    ],
    [
      'unpack to more than 2 GiB',
      [{ total_uncompressed_size: 2n ** 31n }],
      /row group 1 \(of 2\) of .* is too large to be read at once, found "21474\d{5} bytes"/,
    ],
    [
      'are larger than their file',
      [{ total_compressed_size: 2n ** 40n }],
      /the footer of row group 1 \(of 2\) of .* does not fit the file, found "column \\"image\\" of 1099511627776 bytes from \d+, in a file of \d+ bytes/,
    ],
    ['begin before their file', [{ data_page_offset: -1n }], /the footer of row group 1 .* does not fit the file/],
    ['have fewer values than rows', [{ num_values: 0n }], /column \\"image\\" of 0 values for 1 rows/],
  ])('that %s are refused at opening, with little memory', async (_, [numbers, hole], message) => {
    await claim(numbers, hole);
    const before = process.memoryUsage().rss;
    await expect(openParquetFolder(folder)).rejects.toThrow(message);
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 27);
  });

  it('that claim too many rows are refused at opening', async () => {
    await writeParquet(
      folder,
      { image: binary(picture) },
      {
        footer(metadata) {
          metadata.num_rows = 2n ** 40n;
          for (const group of metadata.row_groups) {
            group.num_rows = 2n ** 40n;
            for (const { meta_data } of group.columns) meta_data!.num_values = 2n ** 40n;
          }
        },
      },
    );
    await expect(openParquetFolder(folder)).rejects.toThrow(
      /row group 0 \(of 1\) of .* is too large to be read at once, found "1099511627776 rows"/,
    );
  });

  it('that have fewer rows than they claim are refused as damaged', async () => {
    await writeParquet(
      folder,
      { image: binary(picture, picture) },
      {
        footer(metadata) {
          metadata.num_rows = 3n;
          metadata.row_groups[0]!.num_rows = 3n;
          for (const { meta_data } of metadata.row_groups[0]!.columns) meta_data!.num_values = 3n;
        },
      },
    );
    await expect(readParquet(folder)).rejects.toThrow(
      /rows 0 to 2 of .* cannot be read, found "column \\"image\\" has fewer values than the footer says"/,
    );
  });
});

describe('a damaged file', () => {
  it('is refused or read, and leaves no unhandled rejection', async () => {
    const path = join(folder, 'train-00000-of-00001.parquet');
    const cells = Array.from({ length: 6 }, (_, row) => (row === 4 ? null : { bytes: picture, path: `${row}.png` }));
    await writeParquet(folder, { image: struct(...cells), season: string(...cells.map(String)) }, { rowGroupSize: 3 });
    const sound = await readFile(path);
    const footer = sound.readUInt32LE(sound.length - 8);
    const unwaited: unknown[] = [];
    const listener = (reason: unknown): void => void unwaited.push(reason);
    process.on('unhandledRejection', listener);
    const random = randomStream(1, 'damage');
    let refused = 0;
    for (let time = 0; time < 300; time++) {
      const bytes = Buffer.from(sound);
      for (let change = 0; change < 3; change++) {
        const at = random.chance(0.5) ? sound.length - 9 - random.integer(footer) : random.integer(sound.length);
        bytes[at] = random.integer(256);
      }
      await writeFile(path, bytes);
      await readParquet(folder).catch((error: unknown) => {
        if (!KaleidoError.isInstance(error)) throw error;
        refused++;
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('unhandledRejection', listener);
    expect(unwaited).toEqual([]);
    expect(refused).toBeGreaterThan(50);
  });
});

describe('every row', () => {
  const cell = <Value>(of: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(of, { freq: 2 });
  const columnOf = (...arbitraries: fc.Arbitrary<Column>[]) => fc.oneof(...arbitraries);
  const rows = 9;
  const cells = <Value>(of: fc.Arbitrary<Value>) => fc.array(cell(of), { minLength: rows, maxLength: rows });
  const bytes = fc.uint8Array({ maxLength: 6 });
  const text = cells(fc.string({ maxLength: 4 })).map((values) => string(...values));
  const raw = cells(bytes).map((values) => binary(...values));
  const double = cells(fc.double()).map((values) => column({ type: 'DOUBLE' }, values));
  const integer = cells(fc.bigInt({ min: 0n, max: 5n })).map((values) => column({ type: 'INT64' }, values));
  const time = cells(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })).map((values) =>
    column({ type: 'INT64', logical_type: { type: 'TIMESTAMP', unit: 'MICROS', isAdjustedToUTC: false } }, values),
  );
  const days = cells(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })).map((values) =>
    column({ type: 'INT32', converted_type: 'DATE' }, values),
  );
  const numbers = cells(fc.array(fc.integer({ min: -130, max: 260 }), { maxLength: 4 })).map((values) =>
    list({ type: 'INT32' }, ...values),
  );
  const structs = cells(fc.record({ bytes: cell(bytes), path: cell(fc.string({ maxLength: 4 })) })).map((values) =>
    struct(...values),
  );

  it('is a product or is left out with a reason, for any cells', async () => {
    await fc.assert(
      fc.asyncProperty(
        columnOf(raw, numbers, structs),
        columnOf(text, raw),
        columnOf(text, raw, double, integer, time, days),
        columnOf(text, raw, double, time, numbers, days),
        fc.integer({ min: 1, max: rows }),
        async (image, caption, item_ID, season, rowGroupSize) => {
          await writeParquet(folder, { image, text: caption, item_ID, season }, { rowGroupSize });
          // `readParquet` also checks their counts.
          const { products, skipped } = await readParquet(folder);
          expect(products.length + skipped.length).toBe(rows);
          expect(new Set(products.map(({ id }) => id)).size).toBe(products.length);
          for (const { reason } of skipped)
            expect(reason).toMatch(/^row \d of \S+ (has (no|an?) (item_ID|image|text)|repeats this item_ID)/);
          for (const { caption } of products) expect(caption).not.toContain('\uFFFD');
          for (const row of skipped) expectTrue(row, { image, caption, item_ID });
        },
      ),
      { numRuns: 60 },
    );
  });

  /** If a reason says that a row has no value, its cell is null, blank or NaN. */
  function expectTrue({ reason }: SkippedProduct, columns: { image: Column; caption: Column; item_ID: Column }): void {
    const [, row, name] = /^row (\d) of \S+ has no (\S+)/.exec(reason) ?? [];
    if (row === undefined) return;
    const stored = columns[name === 'text' ? 'caption' : (name as 'image' | 'item_ID')].cells[Number(row)];
    const value = name === 'image' ? ((stored as { bytes?: unknown } | null)?.bytes ?? stored) : stored;
    if (value === null || Number.isNaN(value)) return;
    const isPathless = (value as { path?: unknown }).path;
    if (isPathless === null || isPathless === '') return;
    const said = value instanceof Uint8Array ? new TextDecoder().decode(value).replace(/\0+$/, '') : String(value);
    expect(said.trim()).toBe('');
  }
});

describeCases('the cases of ../shared/golden/cases (skipped where that folder is absent)', () => {
  it.each(['apple-double', 'hf-hash-name', 'image-list-uint8', 'year-date32', 'id-timestamp', 'stray-tar'])(
    'reads %s',
    async (name) => {
      const { products, warnings } = await readParquet(join(cases, name));
      expect(products).toHaveLength(12);
      expect(products.map(({ attributes }) => attributes?.year?.length)).toEqual(Array(12).fill(4));
      expect(warnings).toEqual(name === 'stray-tar' ? [expect.stringContaining('pictures-backup.tar')] : []);
    },
  );

  it.each([
    ['image-path-only', /has an image that is a path without bytes, and "\/photos\/\d+\.jpg" leads outside/],
    ['text-latin1-binary', /has a text that is not UTF-8: byte 0xE9 at 9, perhaps Latin-1/],
  ])('names each row of %s', async (name, reason) => {
    const { skipped } = await readParquet(join(cases, name));
    expect(skipped.map((row) => reason.test(row.reason))).toEqual(Array(12).fill(true));
  });
});
