import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { KaleidoError } from '@kaleido/foundation';

/** Whether a name is of a file that an operating system adds: `._*`, `.DS_Store`, `__MACOSX`, and other hidden ones. */
export function isLeftByOtherPrograms(name: string): boolean {
  return name.startsWith('.') || name === '__MACOSX';
}

/**
 * The names of the files in a data folder, sorted, without what an operating system adds.
 * @param layout what the folder should hold, for the error
 * @param what whether the names of its folders are among them
 */
export async function dataFolderNames(
  folder: string,
  layout: string,
  what: 'files' | 'files and folders' = 'files',
): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => (what === 'files and folders' || !entry.isDirectory()) && !isLeftByOtherPrograms(entry.name))
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
