import { link, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packTar } from 'modern-tar';
import type { GeneratedSet } from './generated-set.ts';
import { captionOf, categoryOf, NoisePictures, numbered } from './noise.ts';

const bytesPerShard = 2 ** 28;
const mostPerShard = 10_000;

/**
 * Writes WebDataset shards: a picture and a JSON file for each sample.
 */
export async function writeTar(
  folder: string,
  { products, pictureBytes, copies }: Required<GeneratedSet>,
): Promise<void> {
  const pictures = new NoisePictures(pictureBytes);
  const step = Math.min(mostPerShard, Math.max(1, Math.floor(bytesPerShard / (pictureBytes + 2048))));
  const shards = Math.ceil(products / step);
  const name = (shard: number): string => join(folder, `train-${numbered(shard, 6)}.tar`);
  for (let shard = 0; shard < shards; shard++) {
    const numbers = Array.from({ length: Math.min(step, products - shard * step) }, (_, at) => shard * step + at);
    const archive = await packTar(
      numbers.flatMap((number) => {
        const key = numbered(number, 8);
        const json = Buffer.from(JSON.stringify({ text: captionOf(number), category1: categoryOf(number) }));
        const picture = pictures.picture(number);
        return [
          { header: { name: `${key}.jpg`, size: picture.length }, body: picture },
          { header: { name: `${key}.json`, size: json.length }, body: json },
        ];
      }),
    );
    await writeFile(name(shard), archive);
  }
  for (let copy = shards; copy < shards * copies; copy++) await link(name(copy % shards), name(copy));
}
