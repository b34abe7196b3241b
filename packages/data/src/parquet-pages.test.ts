import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parquetMetadata } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { binary, readParquet, string, writeParquet } from '../test/parquet-file.ts';

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
