import { basename, join } from 'node:path';
import { KaleidoError } from '@kaleido/foundation';
import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { catalogueRowToProduct, labelFields } from './catalogue-row.ts';
import { checkParquetColumns } from './parquet-columns.ts';
import type { Product, ProductSource, ReadProductsOptions } from './product.ts';
import { dataFolderNames, filesFingerprint, shardsOfSplit } from './shard-files.ts';

export interface ParquetFolderOptions {
  /** How reports name the source. Default: the folder's own name. */
  readonly name?: string;
  /** Told what is odd but not wrong, e.g. a split without rows. Default: nobody. */
  readonly onWarning?: (message: string) => void;
}

interface Shard {
  readonly path: string;
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly columns: readonly string[];
}

/** `train-00000-of-00002.parquet`, as Hugging Face writes data sets. */
const shardName = /^(?<split>.+)-(?<index>\d{5})-of-(?<count>\d{5})\.parquet$/;

/**
 * Opens a folder of Parquet shards in the layout of KAGL: `<split>-00000-of-0000N.parquet` with the columns `image`
 * (struct of `bytes` and `path`), `text` and `item_ID`, and any of the label columns `gender`, `category1`,
 * `category2`, `category3`, `baseColour`, `season`, `year`, `usage`.
 *
 * A product's `id` and `productId` are its `item_ID` (a 64-bit integer survives whole, as a string), `caption` is `text`,
 * `category` is `category1`, `subcategory` is `category2`, and `attributes` holds every label that the row has.
 * Rows without an image, a caption or an id, and rows that repeat an id, go to `onSkipped`.
 *
 * Reading goes row group by row group, so memory holds one group (3 MB in KAGL) and not the file. All footers and
 * columns are checked here, at opening; the contents are read once for the fingerprint.
 *
 * @throws KaleidoError for a missing folder, a folder without shards, a missing shard, a file that is cut or no Parquet,
 *   a missing column or one of another type, each with its name
 */
export async function openParquetFolder(folder: string, options: ParquetFolderOptions = {}): Promise<ProductSource> {
  const shardPaths = await findShards(folder);
  const shards = new Map<string, Shard[]>();
  for (const [split, paths] of shardPaths) {
    const opened: Shard[] = [];
    for (const path of paths) opened.push(await openShard(path));
    if (opened.every(({ metadata }) => metadata.num_rows === 0n))
      options.onWarning?.(`@kaleido/data: split "${split}" of ${folder} has no rows`);
    shards.set(split, opened);
  }
  return {
    name: options.name ?? basename(folder),
    fingerprint: await filesFingerprint([...shardPaths.values()].flat()),
    splits: [...shards.keys()],
    rows: (split) =>
      shardsOfSplit(folder, shards, split).reduce((sum, { metadata }) => sum + Number(metadata.num_rows), 0),
    products(split: string, { onSkipped }: ReadProductsOptions = {}): AsyncIterable<Product> {
      return readShards(shardsOfSplit(folder, shards, split), onSkipped);
    },
  };
}

async function* readShards(
  shards: readonly Shard[],
  onSkipped: ReadProductsOptions['onSkipped'],
): AsyncGenerator<Product> {
  const seen = new Set<string>();
  for (const { path, file, metadata, columns } of shards) {
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      const rows = await readRows(path, { file, metadata, columns: [...columns], rowStart, rowEnd });
      for (const [index, row] of rows.entries()) {
        const place = `row ${rowStart + index} of ${basename(path)}`;
        const result = catalogueRowToProduct(row, place);
        if ('reason' in result) onSkipped?.(result);
        else if (seen.has(result.id))
          onSkipped?.({ id: result.id, reason: `${place} repeats this item_ID`, kind: 'repeats this item_ID' });
        else {
          seen.add(result.id);
          yield result;
        }
      }
      rowStart = rowEnd;
    }
  }
}

async function readRows(
  path: string,
  range: { file: AsyncBuffer; metadata: FileMetaData; columns: string[]; rowStart: number; rowEnd: number },
): Promise<Record<string, unknown>[]> {
  if (range.rowStart === range.rowEnd) return [];
  try {
    // utf8: false keeps the image's bytes bytes; columns that are marked as text come as strings all the same.
    return await parquetReadObjects({ ...range, compressors, utf8: false });
  } catch (cause) {
    throw new KaleidoError({
      source: 'data',
      problem: `rows ${range.rowStart} to ${range.rowEnd - 1} of ${path} cannot be read`,
      found: cause instanceof Error ? cause.message : String(cause),
      advice: 'copy or download the file again',
      cause,
    });
  }
}

async function findShards(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const names = await dataFolderNames(folder, '<split>-00000-of-0000N.parquet');
  const found = new Map<string, Map<number, number>>();
  for (const name of names) {
    const { split, index, count } = shardName.exec(name)?.groups ?? {};
    if (split === undefined) continue;
    const indices = found.get(split) ?? new Map<number, number>();
    found.set(split, indices.set(Number(index), Number(count)));
  }
  if (found.size === 0)
    throw new KaleidoError({
      source: 'data',
      problem: `${folder} holds no Parquet shard`,
      found: names.slice(0, 8),
      advice: 'name the files <split>-00000-of-0000N.parquet, e.g. train-00000-of-00001.parquet',
    });
  const shards = new Map<string, readonly string[]>();
  for (const [split, indices] of found) {
    const counts = [...new Set(indices.values())];
    const count = counts[0] ?? 0;
    const missing = Array.from({ length: count }, (_, index) => index).filter((index) => !indices.has(index));
    if (counts.length > 1 || missing.length > 0 || indices.size !== count)
      throw new KaleidoError({
        source: 'data',
        problem: `the shards of split "${split}" in ${folder} are not complete`,
        found: [...indices].map(([index, of]) => `${index} of ${of}`),
        advice: 'put every shard of one export into the folder, numbered from 0, and no other',
      });
    const padded = (number: number): string => String(number).padStart(5, '0');
    shards.set(
      split,
      Array.from({ length: count }, (_, index) =>
        join(folder, `${split}-${padded(index)}-of-${padded(count)}.parquet`),
      ),
    );
  }
  return shards;
}

async function openShard(path: string): Promise<Shard> {
  let file: AsyncBuffer;
  let metadata: FileMetaData;
  try {
    file = await asyncBufferFromFile(path);
    metadata = await parquetMetadataAsync(file);
  } catch (cause) {
    throw new KaleidoError({
      source: 'data',
      problem: `${path} is no whole Parquet file`,
      found: cause instanceof Error ? cause.message : String(cause),
      advice: 'copy or download it again',
      cause,
    });
  }
  const present = checkParquetColumns(path, metadata);
  const columns = ['image', 'text', 'item_ID', ...labelFields.filter((name) => present.has(name))];
  return { path, file, metadata, columns };
}
