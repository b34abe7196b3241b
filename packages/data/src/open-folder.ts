import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { KaleidoError } from '@kaleido/foundation';
import { extensionOf, folderContents, holdsArchives, someNames } from './folder-contents.ts';
import { openParquetFolder } from './parquet-folder.ts';
import { lookForParquet } from './parquet-splits.ts';
import type { ProductSource } from './product.ts';
import { openWebDatasetFolder } from './webdataset-folder.ts';
import { parseWebDatasetShardName } from './webdataset-shards.ts';

export interface OpenFolderOptions {
  /**
   * Receives warnings about the folder, e.g. about files next to the shards that are not read. It also receives those
   * about a split when its reading ends, unless `products` has an `onWarning` of its own. Default: none.
   */
  readonly onWarning?: (message: string) => void;
}

/**
 * Opens a folder of Parquet or WebDataset shards. If it contains both kinds of files, those with the numbered names of
 * shards are read, Parquet first, and `onWarning` receives the others. Hidden files are ignored.
 *
 * @throws KaleidoError for a missing folder, one without shards (with its contents), and as `openParquetFolder` and
 *   `openWebDatasetFolder` do
 */
export async function openFolder(folder: string, { onWarning }: OpenFolderOptions = {}): Promise<ProductSource> {
  const entries = await readFolder(folder);
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const parquet = names.filter(isParquet);
  const tars = names.filter((name) => parseWebDatasetShardName(name) !== undefined);
  const hasNumberedTars = tars.some((name) => parseWebDatasetShardName(name)?.index !== undefined);
  // `train/0000.parquet`, or shards in the folder `data`.
  const hasInnerParquet = parquet.length === 0 && !hasNumberedTars && (await lookForParquet(folder)).shards.size > 0;
  if (parquet.length === 0 && tars.length === 0 && !hasInnerParquet) throw await noShards(folder, entries);
  const takesParquet =
    hasInnerParquet || parquet.some((name) => numberedParquet.test(name)) || (parquet.length > 0 && !hasNumberedTars);
  const left = takesParquet ? tars : parquet;
  // `openParquetFolder` itself warns of other files next to its shards.
  if (left.length > 0 && !takesParquet)
    onWarning?.(`@kaleido/data: ${folder} holds WebDataset shards, which are read; not read: ${someNames(left)}`);
  return (takesParquet ? openParquetFolder : openWebDatasetFolder)(
    folder,
    onWarning === undefined ? {} : { onWarning },
  );
}

/** `train-00000-of-00002.parquet`, also with a hash at the end, as Hugging Face writes data sets. */
const numberedParquet = /-\d+-of-\d+.*\.parquet$/i;

function isParquet(name: string): boolean {
  return /\.parquet$/i.test(name);
}

/** Without hidden files, such as those that macOS adds. */
async function readFolder(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new KaleidoError({
      source: 'data',
      problem: `cannot read the data folder ${folder}`,
      found: cause.code ?? cause.message,
      advice: 'pass --data DIR with an existing folder',
      cause,
    });
  });
  return entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function noShards(folder: string, entries: readonly Dirent[]): Promise<KaleidoError> {
  return new KaleidoError({
    source: 'data',
    problem: `${folder} holds no Parquet or WebDataset shards`,
    found: folderContents(entries),
    advice: await adviceFor(folder, entries),
  });
}

async function adviceFor(folder: string, entries: readonly Dirent[]): Promise<string> {
  for (const { name } of entries.filter((entry) => entry.isDirectory()).slice(0, mostFoldersLookedInto)) {
    const inside = await readdir(join(folder, name)).catch(() => []);
    if (
      inside.some((file) => !file.startsWith('.') && (isParquet(file) || parseWebDatasetShardName(file) !== undefined))
    )
      return `give the folder that holds the shards: ${join(folder, name)}`;
  }
  if (holdsArchives(entries))
    return 'these archives are not read: unpack them, and store the files as train-000000.tar (or .tar.gz), or as Parquet';
  if (entries.some((entry) => !entry.isDirectory() && pictures.includes(extensionOf(entry.name))))
    return 'pictures are read from shards: store each with its caption, 000001.jpg and 000001.txt, in train-000000.tar';
  return 'name the files train-00000-of-0000N.parquet, or train-000000.tar and on';
}

const mostFoldersLookedInto = 20;
const pictures = ['.jpg', '.jpeg', '.png', '.webp'];
