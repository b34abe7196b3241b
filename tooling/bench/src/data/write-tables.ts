import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { GeneratedSet } from './generated-set.ts';
import { captionOf, categoryOf, NoisePictures } from './noise.ts';

/** Photographs are shared by many rows: a million files would measure the file system. */
const sharedPictures = 1000;

/** Writes a CSV or JSONL file for each of two splits, and the pictures that their rows name. */
export async function writeTables(
  folder: string,
  form: 'csv' | 'jsonl',
  { products, pictureBytes }: GeneratedSet,
): Promise<void> {
  const pictures = new NoisePictures(pictureBytes);
  await mkdir(join(folder, 'images'));
  for (let number = 0; number < sharedPictures; number++)
    await writeFile(join(folder, `images/${number}.jpg`), pictures.picture(number));
  const held = Math.max(1, Math.round(products / 1000));
  await writeRows(join(folder, `train.${form}`), form, 0, products);
  await writeRows(join(folder, `validation.${form}`), form, products, products + held);
}

async function writeRows(path: string, form: 'csv' | 'jsonl', start: number, end: number): Promise<void> {
  function* lines(): Generator<string> {
    if (form === 'csv') yield 'id,title,category,image\n';
    for (let number = start; number < end; number++) {
      const row = {
        id: String(number),
        title: captionOf(number),
        category: categoryOf(number),
        image: `images/${number % sharedPictures}.jpg`,
      };
      yield form === 'jsonl' ? `${JSON.stringify(row)}\n` : `${row.id},"${row.title}",${row.category},${row.image}\n`;
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(path));
}
