import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { catalogueRowToProduct, UnusableCell } from './catalogue-row.ts';
import { localFile } from './data-file.ts';
import { findImageFile, readImageFile } from './image-file.ts';
import { LabelsLeftOut } from './labels-left-out.ts';
import { openParquetShard, type ParquetShard } from './parquet-shard.ts';
import { findParquetSplits } from './parquet-splits.ts';
import type { Product, ProductSource, ReadProductsOptions } from './product.ts';
import { SeenIds } from './seen-ids.ts';
import { filesFingerprint, shardsOfSplit } from './shard-files.ts';

/** Raised if the same files give other products: features and lists made from the old ones are then made again. */
const readerVersion = 2;

export interface ParquetFolderOptions {
  /** Name of the source in reports. Default: the folder's name. */
  readonly name?: string;
  /**
   * Receives warnings: of a split without rows, a label column of an unusable type, data files that are not read; and
   * after reading, of labels that cannot be read, with their count. Default: none.
   */
  readonly onWarning?: (message: string) => void;
}

/**
 * Opens a folder of Parquet files in the layout of KAGL, with the columns `image`, `text` and `item_ID`, and any of the
 * label columns `gender`, `category1`, `category2`, `category3`, `baseColour`, `season`, `year`, `usage`.
 *
 * The files of a split are `<split>-00000-of-0000N.parquet`, possibly with a hash at the end as `push_to_hub` of
 * Hugging Face wrote them; or `<split>.parquet`; or `<split>/0000.parquet` and following. If the folder has none, its
 * folder `data` is searched. Files that macOS adds (`._*`, `.DS_Store`, `__MACOSX`) are ignored.
 *
 * - `image` is a struct of `bytes` and `path`, binary, or a list of 8-bit integers. If a struct has no bytes, the file
 *   at its path is read: relative to the folder of the Parquet file, and only inside the data folder.
 * - `text` is UTF-8 text, and becomes the `caption`.
 * - `item_ID` becomes `id` and `productId`, as text: 64-bit integers and decimals keep their digits, timestamps are
 *   ISO 8601.
 * - Labels become `attributes`, as text: dates and timestamps are ISO 8601, but `year` is the year alone.
 *   `category` is `category1`, `subcategory` is `category2`.
 *
 * Rows without a readable image, caption or id, and rows that repeat an id, go to `onSkipped`: every row is either a
 * product or skipped.
 *
 * Row groups are read one at a time, so memory holds one group (3 MB in KAGL) and not the file. A group of more than
 * 16 MiB is read in parts if the file has a page index. All footers and columns are checked when the folder is opened;
 * the contents are read once for the fingerprint.
 *
 * @throws KaleidoError for a missing folder, a folder without shards, a missing shard, a file that is truncated or not
 *   Parquet, a missing column or one of another type, a row group that is too large (2 GiB), each with its name
 */
export async function openParquetFolder(folder: string, options: ParquetFolderOptions = {}): Promise<ProductSource> {
  const warn = (message: string): void => options.onWarning?.(`@kaleido/data: ${message}`);
  const found = await findParquetSplits(folder);
  if (found.others.length > 0)
    warn(`${folder} holds files beside the Parquet shards that are not read: ${found.others.slice(0, 8).join(', ')}`);
  // A column is reported once, regardless of the number of shards.
  const told = new Set<string>();
  const shards = new Map<string, ParquetShard[]>();
  for (const [split, paths] of found.shards) {
    const opened: ParquetShard[] = [];
    for (const path of paths) opened.push(await openParquetShard(localFile(path)));
    for (const { path, columns } of opened)
      for (const [label, type] of columns.unusableLabels) {
        if (told.has(label)) continue;
        told.add(label);
        warn(
          `column "${label}" of ${path} is left out: a ${type} is no label; write it as a string, a number or a date`,
        );
      }
    if (rowsOf(opened) === 0) warn(`split "${split}" of ${folder} has no rows`);
    shards.set(split, opened);
  }
  return {
    name: options.name ?? basename(folder),
    fingerprint: `${await fingerprintOf([...shards.values()].flat(), folder)}-p${readerVersion}`,
    splits: [...shards.keys()],
    rows: (split) => rowsOf(shardsOfSplit(folder, shards, split)),
    products(
      split: string,
      { onSkipped, onWarning = options.onWarning }: ReadProductsOptions = {},
    ): AsyncIterable<Product> {
      return readShards(shardsOfSplit(folder, shards, split), folder, { split, onSkipped, onWarning });
    },
  };
}

function rowsOf(shards: readonly ParquetShard[]): number {
  return shards.reduce((sum, { rows }) => sum + rows, 0);
}

async function* readShards(
  shards: readonly ParquetShard[],
  root: string,
  {
    split,
    onSkipped,
    onWarning,
  }: { readonly split: string } & {
    readonly [Name in keyof ReadProductsOptions]: ReadProductsOptions[Name] | undefined;
  },
): AsyncGenerator<Product> {
  const seen = new SeenIds();
  const labels = new LabelsLeftOut();
  for (const shard of shards)
    for (const part of shard.parts)
      for (const [index, stored] of (await shard.readRows(part)).entries()) {
        const place = `row ${part.rowStart + index} of ${shard.name}`;
        const row: Record<string, unknown> = { image: { bytes: await imageBytes(shard, stored.image, root) } };
        for (const [name, read] of shard.columns.readers) row[name] = read(stored[name]);
        const result = catalogueRowToProduct(row, place, labels.add);
        if ('reason' in result) onSkipped?.(result);
        else if (seen.has(result.id))
          onSkipped?.({ id: result.id, reason: `${place} repeats this item_ID`, kind: 'repeats this item_ID' });
        else {
          seen.add(result.id);
          yield result;
        }
      }
  labels.tell(`split "${split}" of ${root}`, onWarning);
}

async function imageBytes(
  { path, columns }: ParquetShard,
  stored: unknown,
  root: string,
): Promise<Uint8Array | UnusableCell | undefined> {
  const image = columns.readImage(stored);
  return image !== undefined && 'path' in image ? readImageFile(image.path, dirname(path), root) : image;
}

/** Hashes the shards, and the pictures that they give as paths. */
async function fingerprintOf(shards: readonly ParquetShard[], root: string): Promise<string> {
  const own = await filesFingerprint(shards.map(({ path }) => localFile(path)));
  const pictures: string[] = [];
  for (const shard of shards)
    for (const part of shard.partsWithPaths)
      for (const { image: stored } of await shard.readRows(part, ['image'])) {
        const image = shard.columns.readImage(stored);
        if (image === undefined || !('path' in image)) continue;
        const file = await findImageFile(image.path, dirname(shard.path), root);
        if (!(file instanceof UnusableCell)) pictures.push(file);
      }
  if (pictures.length === 0) return own;
  return createHash('sha256')
    .update(own)
    .update(await filesFingerprint(pictures.map(localFile), { onUnreadable: (_, reason) => reason }))
    .digest('hex');
}
