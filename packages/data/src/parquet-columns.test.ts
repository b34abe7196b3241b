import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SchemaElement } from 'hyparquet';
import {
  binary,
  type Column,
  column,
  list,
  nestedList,
  picture,
  readParquet,
  string,
  struct,
  structOfList,
  writeParquet,
} from '../test/parquet-file.ts';
import { openParquetFolder } from './parquet-folder.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kaleido-parquet-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const ids = async (cells: Column): Promise<string[]> => {
  await writeParquet(folder, { item_ID: cells });
  const { products, skipped } = await readParquet(folder);
  expect(skipped).toEqual([]);
  return products.map(({ id }) => id);
};

describe('pictures in a Parquet file', () => {
  const signed = Array.from(picture, (byte) => (byte > 127 ? byte - 256 : byte));
  it.each<[string, Column]>([
    ['binary', binary(picture)],
    ['fixed-size binary', column({ type: 'FIXED_LEN_BYTE_ARRAY', type_length: picture.length }, [picture])],
    ['a struct', struct({ bytes: picture, path: 'a.png' })],
    ['list<uint8>', list({ type: 'INT32', converted_type: 'UINT_8' }, [...picture])],
    ['list<int8>', list({ type: 'INT32', converted_type: 'INT_8' }, signed)],
    ['list<int64>', list({ type: 'INT64' }, Array.from(picture, BigInt))],
    ['a struct of list<uint8>', structOfList({ bytes: [...picture], path: 'a.png' })],
  ])('are read from %s', async (_, image) => {
    await writeParquet(folder, { image });
    const { products, skipped } = await readParquet(folder);
    expect(skipped).toEqual([]);
    expect(products[0]?.image).toEqual({ bytes: picture, mediaType: 'image/png' });
  });

  it.each<[string, Column['schema'][number][]]>([
    [
      'lists of two levels',
      [{ repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 }, { name: 'array' }],
    ],
    ['repeated integers', [{}]],
    [
      'lists with the newer mark alone',
      [
        { repetition_type: 'OPTIONAL', logical_type: { type: 'LIST' }, num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'item', repetition_type: 'REQUIRED' },
      ],
    ],
  ])('are read from %s, as written by other programs', async (name, schema) => {
    // The same levels in a form that the writer supports: an optional or a required list.
    const known = list({ type: 'INT32', repetition_type: 'REQUIRED' }, [...picture], [...picture]);
    const [group, ...rest] = known.schema;
    const image = {
      ...known,
      schema: [
        { ...group, repetition_type: name.startsWith('repeated') ? ('REQUIRED' as const) : ('OPTIONAL' as const) },
        ...rest,
      ],
    };
    const elements = schema.map((element): SchemaElement => ({ name: 'image', ...element }));
    if (schema.length < 3) Object.assign(elements.at(-1)!, { repetition_type: 'REPEATED' });
    Object.assign(elements.at(-1)!, { type: 'INT32' });
    await writeParquet(
      folder,
      { image },
      {
        footer({ schema: all, row_groups }) {
          all.splice(1, 3, ...elements);
          for (const { columns } of row_groups)
            columns[0]!.meta_data!.path_in_schema = elements.map(({ name }) => name);
        },
      },
    );
    const { products, skipped } = await readParquet(folder);
    expect(skipped).toEqual([]);
    expect(products.map(({ image }) => image.bytes)).toEqual([picture, picture]);
  });

  it('are invalid if a list has values that are not bytes, and missing if it is empty', async () => {
    await writeParquet(folder, { image: list({ type: 'INT32' }, [1, 300], [1, null], [], null) });
    const { reasons } = await readParquet(folder);
    expect(reasons).toEqual([
      'row 0 has an image that is no list of bytes: it has 300 at 1',
      'row 1 has an image that is no list of bytes: it has null at 1',
      'row 2 has no image',
      'row 3 has no image',
    ]);
  });

  it.each<[string, Column]>([
    ['list<list<uint8>>', nestedList([[1, 2]])],
    ['list<binary>', list({ type: 'BYTE_ARRAY' }, [picture])],
    ['list<float>', list({ type: 'FLOAT' }, [0.5])],
    ['string', string('a.png')],
    ['int64', column({ type: 'INT64' }, [1n])],
  ])('are refused if their type is %s', async (type, image) => {
    await writeParquet(folder, { image });
    await expect(readParquet(folder)).rejects.toThrow(
      new RegExp(`column "image" of .*parquet must be a struct of bytes and path, binary.*, found "${type}"`),
    );
  });

  it('are read from the file of a path without bytes, only inside the folder', async () => {
    const data = join(folder, 'data set');
    await mkdir(join(data, 'photos'), { recursive: true });
    await writeFile(join(data, 'photos', '0.png'), picture);
    await writeFile(join(folder, 'secret.png'), picture);
    await symlink(join(folder, 'secret.png'), join(data, 'photos', 'link.png'));
    const paths = [
      'photos/0.png',
      'photos\\0.png',
      join(data, 'photos', '0.png'),
      '../secret.png',
      join(folder, 'secret.png'),
      'photos/link.png',
      'photos',
      'photos/1.png',
      'https://example.org/0.png',
      'C:\\photos\\0.png',
      null,
    ];
    await writeParquet(
      folder,
      { image: struct(...paths.map((path) => ({ bytes: null, path }))) },
      { file: 'data set/train.parquet' },
    );
    const { products, skipped } = await readParquet(data);
    expect(products.map(({ image }) => image.bytes)).toEqual([picture, picture, picture]);
    const outside = 'leads outside the data folder';
    const reasons = [
      outside,
      outside,
      outside,
      'is not a file',
      'is not in the data folder',
      'is an address, which is not downloaded',
      outside,
    ];
    expect(skipped.map(({ reason }) => reason)).toEqual([
      ...reasons.map((why, index) => {
        const place = `row ${index + 3} of train.parquet`;
        return `${place} has an image that is a path without bytes, and "${paths[index + 3]}" ${why}`;
      }),
      'row 10 of train.parquet has no image',
    ]);
  });

  it('change the fingerprint if they are in files of their own', async () => {
    await writeParquet(folder, { image: struct({ bytes: null, path: '0.png' }, { bytes: picture, path: '1.png' }) });
    const fingerprint = async (): Promise<string> => (await openParquetFolder(folder)).fingerprint;
    await writeFile(join(folder, '0.png'), picture);
    const first = await fingerprint();
    expect(await fingerprint()).toBe(first);
    await writeFile(join(folder, '1.png'), 'which nobody reads');
    expect(await fingerprint()).toBe(first);
    await writeFile(join(folder, '0.png'), picture.subarray(1));
    expect(await fingerprint()).not.toBe(first);
  });
});

describe('ids in a Parquet file', () => {
  const big = 2n ** 62n + 1n;
  const noon = Date.UTC(2024, 1, 29, 12);
  const logical = (
    unit: 'MILLIS' | 'MICROS' | 'NANOS',
    isAdjustedToUTC: boolean,
  ): NonNullable<SchemaElement['logical_type']> => ({
    type: 'TIMESTAMP',
    unit,
    isAdjustedToUTC,
  });
  it.each<[string, Column, string[]]>([
    ['64-bit integers', column({ type: 'INT64' }, [big, -1n]), [`${big}`, '-1']],
    [
      'unsigned integers',
      column({ type: 'INT64', converted_type: 'UINT_64' }, [2n ** 64n - 1n]),
      [`${2n ** 64n - 1n}`],
    ],
    ['floats', column({ type: 'DOUBLE' }, [1, 2.5, 2 ** 53]), ['1', '2.5', `${2 ** 53}`]],
    ['narrow floats', column({ type: 'FLOAT' }, [7, Math.fround(0.1)]), ['7', '0.1']],
    [
      'decimals',
      column({ type: 'INT64', converted_type: 'DECIMAL', precision: 18, scale: 2 }, [1000, 0.05]),
      ['1000', '0.05'],
    ],
    [
      'dates',
      column({ type: 'INT32', converted_type: 'DATE' }, [new Date(noon), new Date(-1)]),
      ['2024-02-29', '1969-12-31'],
    ],
    [
      'points in time',
      column({ type: 'INT64', logical_type: logical('MILLIS', false) }, [new Date(noon), new Date(noon + 5)]),
      ['2024-02-29T12:00:00', '2024-02-29T12:00:00.005'],
    ],
    [
      'microseconds that differ',
      column({ type: 'INT64', logical_type: logical('MICROS', true) }, [1n, 2n, -1n]),
      ['1970-01-01T00:00:00.000001Z', '1970-01-01T00:00:00.000002Z', '1969-12-31T23:59:59.999999Z'],
    ],
    [
      'UUIDs',
      column({ type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, logical_type: { type: 'UUID' } }, [
        '00112233-4455-6677-8899-aabbccddeeff',
      ]),
      ['00112233-4455-6677-8899-aabbccddeeff'],
    ],
    ['bytes that are text', binary(utf8('A-1')), ['A-1']],
  ])('are %s', async (_, cells, expected) => {
    expect(await ids(cells)).toEqual(expected);
  });

  it.each<[string, Column]>([
    ['list<int64>', list({ type: 'INT64' }, [1n])],
    ['boolean', column({ type: 'BOOLEAN' }, [true])],
    ['time', column({ type: 'INT32', converted_type: 'TIME_MILLIS' }, [1])],
    ['struct<bytes: binary, path: string>', struct({ bytes: null, path: 'a' })],
  ])('are refused if their type is %s', async (type, cells) => {
    await writeParquet(folder, { item_ID: cells });
    await expect(readParquet(folder)).rejects.toThrow(`found "${type}"`);
  });

  it('are left out if they are missing, or digits are lost', async () => {
    await writeParquet(folder, {
      item_ID: column({ type: 'DOUBLE' }, [1, null, Number.NaN, 1e17, Number.POSITIVE_INFINITY]),
    });
    const { reasons } = await readParquet(folder);
    expect(reasons).toEqual([
      'row 1 has no item_ID',
      'row 2 has no item_ID',
      'row 3 has an item_ID that is a double that has lost digits: 100000000000000000',
      'row 4 has an item_ID that is Infinity',
    ]);
  });
});

describe('captions in a Parquet file', () => {
  const latin1 = new Uint8Array(Buffer.from('Chemise légère', 'latin1'));
  const utf16 = new Uint8Array(Buffer.from('Chemise', 'utf16le'));

  it.each(['binary', 'string'])('are left out, with their encoding, if a %s column is not UTF-8', async (type) => {
    await writeParquet(folder, {
      text: (type === 'string' ? stringOfBytes : binary)(latin1, utf16, utf8('\uFEFFChemise légère')),
    });
    const { products, reasons } = await readParquet(folder);
    expect(products.map(({ caption }) => caption)).toEqual(['Chemise légère']);
    expect(reasons).toEqual([
      'row 0 has a text that is not UTF-8: byte 0xE9 at 9, perhaps Latin-1 or Windows-1252',
      'row 1 has a text that is not UTF-8: UTF-16 (little-endian)',
    ]);
  });

  it('are refused if their type is not text', async () => {
    await writeParquet(folder, { text: list({ type: 'BYTE_ARRAY', converted_type: 'UTF8' }, ['one', 'two']) });
    await expect(readParquet(folder)).rejects.toThrow(/column "text" of .* must be a string, found "list<string>"/);
  });
});

/** A column marked as text that contains other bytes, as from some writers: an ENUM is text, written as bytes. */
function stringOfBytes(...cells: readonly Uint8Array[]): Column {
  return column({ type: 'BYTE_ARRAY', converted_type: 'ENUM' }, cells);
}

describe('labels in a Parquet file', () => {
  it('are dates as ISO text, and the year of a column "year"', async () => {
    const dates = [new Date('2012-06-30T00:00:00Z'), null];
    await writeParquet(folder, {
      year: column({ type: 'INT32', converted_type: 'DATE' }, dates),
      season: column({ type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' }, dates),
      usage: column({ type: 'BOOLEAN' }, [true, false]),
    });
    const { products, warnings } = await readParquet(folder);
    expect(products.map(({ attributes }) => attributes)).toEqual([
      { year: '2012', season: '2012-06-30T00:00:00Z', usage: 'true' },
      { usage: 'false' },
    ]);
    expect(warnings).toEqual([]);
  });

  it('are counted and reported once per column if they cannot be read; the products are kept', async () => {
    const bad = Uint8Array.of(0xe9);
    await writeParquet(
      folder,
      { season: list({ type: 'INT32' }, [1], [2]), gender: binary(bad, bad) },
      { file: 'train-00000-of-00002.parquet' },
    );
    await writeParquet(
      folder,
      { season: list({ type: 'INT32' }, [1]), item_ID: string('other') },
      { file: 'train-00001-of-00002.parquet' },
    );
    const { products, warnings } = await readParquet(folder);
    expect(products.map(({ attributes }) => attributes)).toEqual([{}, {}, {}]);
    expect(warnings).toEqual([
      `@kaleido/data: column "season" of ${folder}/train-00000-of-00002.parquet is left out: a list<int32> is no label; write it as a string, a number or a date`,
      `@kaleido/data: split "train" of ${folder}: labels "gender" are left out where they cannot be read (2 rows, e.g. row 0 of train-00000-of-00002.parquet has a value that is not UTF-8: byte 0xE9 at 0, perhaps Latin-1 or Windows-1252)`,
    ]);
  });
});
