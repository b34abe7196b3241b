import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { KaleidoError } from '@kaleido/foundation';

/**
 * The names of the files in a data folder, sorted; without the folders in it.
 * @param layout what the folder should hold, for the error
 */
export async function dataFolderNames(folder: string, layout: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch (cause) {
    throw new KaleidoError({
      source: 'data',
      problem: `cannot read the data folder ${folder}`,
      found: (cause as NodeJS.ErrnoException).code ?? String(cause),
      advice: `give a folder that holds ${layout} files`,
      cause,
    });
  }
}

/** A hash over names, sizes and contents of files, in their order; the files are streamed. */
export async function filesFingerprint(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    const { size } = await stat(path);
    const content = createHash('sha256');
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) content.update(chunk as Buffer);
    hash.update(`${basename(path)}\0${size}\0${content.digest('hex')}\n`);
  }
  return hash.digest('hex');
}

/** The shards of a split. @throws KaleidoError naming the known splits when there is no such one */
export function shardsOfSplit<Shard>(
  folder: string,
  shards: ReadonlyMap<string, readonly Shard[]>,
  split: string,
): readonly Shard[] {
  const found = shards.get(split);
  if (found !== undefined) return found;
  throw new KaleidoError({
    source: 'data',
    problem: `${folder} has no such split`,
    found: split,
    advice: `take one of: ${[...shards.keys()].join(', ')}`,
  });
}
