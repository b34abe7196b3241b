import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Product } from '@kaleido/data';
import { packTar } from 'modern-tar';

/** Writes a folder of WebDataset shards, one per split. */
export async function writeShardFolder(
  folder: string,
  splits: Readonly<Record<string, readonly Product[]>>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [split, products] of Object.entries(splits)) {
    const files = products.flatMap(({ id, caption, category, subcategory, image }) => {
      const fields = { item_ID: id, text: caption, category1: category, category2: subcategory };
      const json = new TextEncoder().encode(JSON.stringify(fields));
      return [
        { header: { name: `${id}.png`, size: image.bytes.length }, body: image.bytes },
        { header: { name: `${id}.json`, size: json.length }, body: json },
      ];
    });
    await writeFile(join(folder, `${split}-000000.tar`), await packTar(files));
  }
}
