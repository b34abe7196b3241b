import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parquetMetadata } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { binary, readParquet, string, writeParquet } from '../test/parquet-file.ts';
import { assertPages } from './parquet-pages.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kaleido-pages-'));
});
afterEach(() => rm(folder, { recursive: true }));

const file = 'train-00000-of-00001.parquet';

/** Changes the bytes of a column, from its first page header on. */
async function change(name: string, change: (chunk: Uint8Array) => void): Promise<void> {
  const path = join(folder, file);
  const bytes = new Uint8Array(await readFile(path));
  const { row_groups } = parquetMetadata(bytes.buffer);
  const chunk = row_groups[0]?.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === name)?.meta_data;
  const start = Number(chunk?.data_page_offset);
  change(bytes.subarray(start, start + Number(chunk?.total_compressed_size)));
  await writeFile(path, bytes);
}

/** A page header of Thrift's compact protocol, of a data page whose values are stored as they are. */
function pageHeader({
  unpacked,
  stored,
  values,
}: Readonly<Record<'unpacked' | 'stored' | 'values', number>>): number[] {
  const whole = (value: number): number[] => {
    const bytes = [];
    // A 32-bit integer in zigzag; further fields of the struct follow one another.
    for (let rest = 2 * value; ; rest = Math.floor(rest / 128)) {
      bytes.push((rest % 128) + (rest >= 128 ? 128 : 0));
      if (rest < 128) return [0x15, ...bytes];
    }
  };
  const [plain, runs] = [whole(0), whole(3)];
  const data = [...whole(values), ...plain, ...runs, ...runs, 0];
  return [...whole(0), ...whole(unpacked), ...whole(stored), 0x2c, ...data, 0];
}

describe('assertPages', () => {
  const check = (unpacked: number, pages: number): (() => void) => {
    const page = [...pageHeader({ unpacked, stored: 4, values: 1 }), 0, 0, 0, 0];
    const metadata = { num_values: 1n, total_uncompressed_size: 2n ** 40n, codec: 'SNAPPY', type: 'BYTE_ARRAY' };
    const column = { metadata: metadata as never, start: 0, end: 0, repetition: 0, definition: 1 };
    const SNAPPY = (): never => {
      throw new Error('unpacked');
    };
    return () => assertPages(Uint8Array.from(Array(pages).fill(page).flat()), column, { SNAPPY });
  };

  it('unpacks no page that is too large for the bytes that are there, although the footer says so too', () => {
    expect(check(2 ** 28, 1)).toThrow('unpacked');
    expect(check(2 ** 28 + 1, 1)).toThrow('268435457 unpacked bytes of a page, of 268435456 at most');
    expect(check(2 ** 31 - 1, 1)).toThrow('2147483647 unpacked bytes of a page, of 268435456 at most');
  });

  it('bounds all pages together', () => {
    const metadata = { num_values: 9n, total_uncompressed_size: 2n ** 40n, codec: 'SNAPPY', type: 'BYTE_ARRAY' };
    const column = { metadata: metadata as never, start: 0, end: 0, repetition: 0, definition: 0 };
    const page = [...pageHeader({ unpacked: 2 ** 27, stored: 4, values: 1 }), 0, 0, 0, 0];
    const pages = (count: number): Uint8Array => Uint8Array.from(Array(count).fill(page).flat());
    expect(() => assertPages(pages(2), column, {})).not.toThrow();
    expect(() => assertPages(pages(3), column, {})).toThrow('134217728 unpacked bytes of a page, of 0 at most');
  });
});

describe('pages of a Parquet file', () => {
  it('are refused where a run of levels is longer than the page, in little time', async () => {
    const picture = Uint8Array.of(0xff, 0xd8, 0xff, 1);
    const columns = { image: binary(picture, picture, null), text: string('a', 'b', 'c') };
    await writeParquet(folder, columns, { codec: 'UNCOMPRESSED', encoding: 'PLAIN' });
    expect((await readParquet(folder)).products).toHaveLength(2);
    await change('image', (chunk) => {
      const reader = { view: new DataView(chunk.buffer, chunk.byteOffset, chunk.length), offset: 0 };
      parquetHeader(reader);
      // Where the levels begin, a run of 2^27 values.
      chunk.set([0x80, 0x80, 0x80, 0x80, 0x01], reader.offset);
    });
    const begun = performance.now();
    await expect(readParquet(folder)).rejects.toThrow(
      /rows 0 to 2 of .*train-00000-of-00001.parquet cannot be read, found "a run of 134217728 values, of 3 at most"/,
    );
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});
