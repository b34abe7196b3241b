import { link } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';
import type { GeneratedSet } from './generated-set.ts';
import { captionOf, categoryOf, NoisePictures, numbered } from './noise.ts';

/** Some ten MB of photographs, as data sets of pictures have them. */
const rowsPerGroup = 200;
const bytesPerShard = 2 ** 28;

/**
 * Writes shards in the layout of KAGL, with photographs as they come: Snappy, which leaves noise as it is.
 */
export async function writeParquet(
  folder: string,
  { products, pictureBytes, copies }: Required<GeneratedSet>,
): Promise<void> {
  const pictures = new NoisePictures(pictureBytes);
  const step = Math.max(rowsPerGroup, Math.floor(bytesPerShard / (pictureBytes + 200)));
  const shards = Math.ceil(products / step);
  const name = (shard: number): string =>
    join(folder, `train-${numbered(shard, 5)}-of-${numbered(shards * copies, 5)}.parquet`);
  for (let shard = 0; shard < shards; shard++) {
    const numbers = Array.from({ length: Math.min(step, products - shard * step) }, (_, at) => shard * step + at);
    parquetWriteFile({
      filename: name(shard),
      rowGroupSize: pictureBytes < 4096 ? 10_000 : rowsPerGroup,
      columnData: [
        // PLAIN: photographs are no dictionary, and pyarrow soon gives one up.
        {
          name: 'image',
          data: numbers.map((number) => pictures.picture(number)),
          type: 'BYTE_ARRAY',
          encoding: 'PLAIN',
        },
        { name: 'text', data: numbers.map(captionOf), type: 'STRING', encoding: 'PLAIN' },
        { name: 'item_ID', data: numbers.map(BigInt), type: 'INT64', encoding: 'PLAIN' },
        { name: 'category1', data: numbers.map(categoryOf), type: 'STRING' },
      ],
    });
  }
  for (let copy = shards; copy < shards * copies; copy++) await link(name(copy % shards), name(copy));
}
