import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { KaleidoError } from '@kaleido/foundation';
import { dataFolderNames, isLeftByOtherPrograms } from './shard-files.ts';

/** The Parquet files of a folder by split, and its other files. */
export interface ParquetSplits {
  readonly shards: ReadonlyMap<string, readonly string[]>;
  /** Other data files next to them, which are not read. */
  readonly others: readonly string[];
}

/** The names that are read, for messages. */
const parquetNames = '<split>-00000-of-0000N.parquet, <split>.parquet or <split>/0000.parquet';

/** `train-00000-of-00002.parquet`, as `push_to_hub` of Hugging Face writes it, in older versions with a hash at the end. */
const shardName = /^(?<split>.+)-(?<index>\d{5})-of-(?<count>\d{5})(?:-[0-9a-f]{16})?\.parquet$/;
/** `train.parquet`, a common name for `to_parquet`. Split names follow Hugging Face's rules. */
const wholeName = /^(?<split>\w+(?:[.-]\w+)*)\.parquet$/;
/** `train/0000.parquet`, as Hugging Face converts data sets. */
const numberedName = /^\d{4}\.parquet$/;
/** Extensions of files that may contain products. */
const dataName = /\.(?:parquet|arrow|feather|h5|hdf5|tar|tgz|tar\.gz|zip|csv|tsv|tab|jsonl|ndjson)$/i;

/** A file that belongs to a split; `count` is missing if its name does not contain the number of files. */
interface Part {
  readonly path: string;
  readonly index: number;
  readonly count?: number;
}

/**
 * Finds the Parquet files of a folder. Those of a split are named in one of three ways: `<split>-00000-of-0000N.parquet`
 * (possibly with a hash at the end), `<split>.parquet`, or `<split>/0000.parquet` and following. If the folder has
 * none, its folder `data` is searched, where data sets of Hugging Face have them.
 * @throws KaleidoError for a folder without shards, and for a split that is incomplete or exists twice
 */
export async function findParquetSplits(folder: string): Promise<ParquetSplits> {
  const found = await lookForParquet(folder);
  if (found.shards.size > 0) return found;
  throw new KaleidoError({
    source: 'data',
    problem: `${folder} holds no Parquet shard`,
    found: (await dataFolderNames(folder, parquetNames, 'files and folders')).slice(0, 8),
    advice: `name the files ${parquetNames}, e.g. train-00000-of-00001.parquet`,
  });
}

/** As `findParquetSplits`, but a folder without shards is not an error. */
export async function lookForParquet(folder: string): Promise<ParquetSplits> {
  const names = await dataFolderNames(folder, parquetNames, 'files and folders');
  const own = await splitsIn(folder, names);
  if (own.shards.size > 0 || !names.includes('data')) return own;
  const data = join(folder, 'data');
  const inner = await splitsIn(data, await namesIn(data));
  return { shards: inner.shards, others: [...own.others, ...inner.others] };
}

async function splitsIn(folder: string, names: readonly string[]): Promise<ParquetSplits> {
  const found = new Map<string, Part[]>();
  const others: string[] = [];
  const add = (split: string, part: Part): void => void found.set(split, [...(found.get(split) ?? []), part]);
  for (const name of names) {
    const path = join(folder, name);
    const shard = shardName.exec(name)?.groups;
    const whole = name.includes('-of-') || numberedName.test(name) ? undefined : wholeName.exec(name)?.groups;
    if (shard !== undefined)
      add(shard.split as string, { path, index: Number(shard.index), count: Number(shard.count) });
    else if (whole !== undefined) add(whole.split as string, { path, index: 0, count: 1 });
    else if (dataName.test(name)) others.push(name);
    else if (!name.includes('.'))
      for (const inner of await namesIn(path))
        if (numberedName.test(inner)) add(name, { path: join(path, inner), index: Number.parseInt(inner, 10) });
  }
  const shards = new Map<string, readonly string[]>();
  for (const [split, parts] of [...found].sort(([a], [b]) => (a < b ? -1 : 1)))
    shards.set(split, inOrder(folder, split, parts));
  return { shards, others };
}

/** The names in a folder; empty if it is not a folder. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.filter((name) => !isLeftByOtherPrograms(name)).sort();
}

function inOrder(folder: string, split: string, parts: readonly Part[]): readonly string[] {
  const sorted = [...parts].sort((a, b) => a.index - b.index);
  const count = sorted[0]?.count ?? sorted.length;
  const isComplete =
    sorted.length === count && sorted.every((part, place) => part.index === place && (part.count ?? count) === count);
  if (isComplete) return sorted.map(({ path }) => path);
  const isTwice = new Set(sorted.map(({ index }) => index)).size < sorted.length;
  throw new KaleidoError({
    source: 'data',
    problem: `the shards of split "${split}" in ${folder} are ${isTwice ? 'there more than once' : 'not complete'}`,
    found: isTwice
      ? sorted.map(({ path }) => path.slice(folder.length + 1))
      : sorted.map(({ index, count: of }) => (of === undefined ? `${index}` : `${index} of ${of}`)),
    advice: 'put every shard of one export into the folder, numbered from 0, and no other',
  });
}
