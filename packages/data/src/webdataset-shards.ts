import { join } from 'node:path';
import { KaleidoError } from '@kaleido/foundation';
import { dataFolderNames } from './shard-files.ts';

/** The parts of the name of a WebDataset shard. */
export interface WebDatasetShardName {
  readonly split: string;
  /** Absent for a file without a number, which is the whole split. */
  readonly index?: number;
  /** Number of shards of the split, if in the name (`train-00000-of-00008.tar`). */
  readonly count?: number;
}

const shardName = /^(?<split>.*?)(?:[-_.]?(?<index>\d+))?(?:-of-(?<count>\d+))?\.(?:tar|tar\.gz|tgz)$/i;

/**
 * The split and number in the name of a shard: `train-000003.tar`, `train_3.tar`, `train-00003-of-00008.tar`, or
 * `00003.tar` and `train.tar`, whose split is `train`; also with `.tar.gz` and `.tgz`. Undefined for other extensions
 * and for hidden files, such as the `._*` files that macOS writes.
 */
export function parseWebDatasetShardName(fileName: string): WebDatasetShardName | undefined {
  if (fileName.startsWith('.')) return undefined;
  const { split, index, count } = shardName.exec(fileName)?.groups ?? {};
  if (split === undefined || (split === '' && index === undefined)) return undefined;
  return {
    split: split === '' ? 'train' : split,
    ...(index === undefined ? {} : { index: Number(index) }),
    ...(count === undefined ? {} : { count: Number(count) }),
  };
}

interface Found extends WebDatasetShardName {
  readonly name: string;
}

/**
 * The paths of the shards of each split, in the order of their numbers.
 * @throws KaleidoError for a missing folder, one without shards, two shards with one number, and missing numbers
 */
export async function findWebDatasetShards(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const names = await dataFolderNames(folder, '<split>-000000.tar');
  const found = new Map<string, Found[]>();
  for (const name of names) {
    const parsed = parseWebDatasetShardName(name);
    if (parsed === undefined) continue;
    found.set(parsed.split, [...(found.get(parsed.split) ?? []), { ...parsed, name }]);
  }
  if (found.size === 0)
    throw new KaleidoError({
      source: 'data',
      problem: `${folder} holds no WebDataset shard`,
      found: names.slice(0, 8),
      advice: 'name the files <split>-000000.tar and on',
    });
  const shards = new Map<string, readonly string[]>();
  for (const [split, files] of found) {
    files.sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
    assertComplete(folder, split, files);
    shards.set(
      split,
      files.map(({ name }) => join(folder, name)),
    );
  }
  return shards;
}

function assertComplete(folder: string, split: string, files: readonly Found[]): void {
  const twin = files.find(({ index = 0 }, place) => place > 0 && index === (files[place - 1]?.index ?? 0));
  if (twin !== undefined)
    throw new KaleidoError({
      source: 'data',
      problem: `two shards of split "${split}" in ${folder} have the number ${twin.index ?? 0}`,
      found: files.filter(({ index = 0 }) => index === (twin.index ?? 0)).map(({ name }) => name),
      advice: 'keep one of them',
    });
  const counts = new Set(files.flatMap(({ count }) => count ?? []));
  const wanted = [...counts][0] ?? files.length;
  if (counts.size > 1 || files.length !== wanted || files.some(({ index = 0 }, place) => index !== place))
    throw new KaleidoError({
      source: 'data',
      problem: `the shards of split "${split}" in ${folder} are not complete`,
      found: files.map(({ index = 0, count }) => (count === undefined ? index : `${index} of ${count}`)),
      advice: 'put all of them into the folder, numbered from 0',
    });
}
