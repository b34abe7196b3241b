import type { DataFile } from './data-file.ts';
import { splitInFileName } from './mapping/split-names.ts';
import type { ProductSource } from './product.ts';
import { openWebDatasetShards, type WebDatasetFolderOptions } from './webdataset-folder.ts';

/**
 * Opens tar files with any names as WebDataset shards. The split is the word for one in the name, `train` in
 * `my_train_part.tar`; files without such a word are of the split `train`. Their order is that of their names, with
 * numbers in them by size.
 */
export async function openWebDataset(
  folder: string,
  files: readonly DataFile[],
  options: WebDatasetFolderOptions = {},
): Promise<ProductSource> {
  const inOrder = new Intl.Collator('en', { numeric: true });
  const shards = new Map<string, DataFile[]>();
  for (const file of [...files].sort((a, b) => inOrder.compare(a.name, b.name))) {
    const split = splitInFileName(file.name) ?? 'train';
    shards.set(split, [...(shards.get(split) ?? []), file]);
  }
  return openWebDatasetShards(folder, shards, options);
}
