import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { KaleidoError } from '@kaleido/foundation';
import type { DataFile } from './data-file.ts';
import { unknownSplit } from './unknown-split.ts';

/** Whether a file was added by an operating system: `._*`, `.DS_Store`, `__MACOSX`, and other hidden files. */
export function isLeftByOtherPrograms(name: string): boolean {
  return name.startsWith('.') || name === '__MACOSX';
}

/**
 * The names of the files in a data folder, sorted, without those that an operating system adds.
 * @param layout the files that the folder should contain, for the error
 * @param what whether to include the names of folders
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

/** Data sets of more bytes are sampled: to hash this many takes about a second. */
const mostHashed = 2 ** 30;
/** Of a sampled file: this many parts, evenly spaced, with the first and the last. */
const [leastParts, mostParts] = [3, 65];
const partBytes = 2 ** 16;
/** Of many files, fewer parts of each are read. */
const mostSampled = 2 ** 28;

/** A file smaller than its parts together gives all of its bytes. */
async function* samples(file: DataFile, size: number, parts: number): AsyncGenerator<Uint8Array> {
  if (size <= parts * partBytes) {
    yield* file.pieces();
    return;
  }
  for (let index = 0; index < parts; index++) {
    const position = Math.floor(((size - partBytes) * index) / (parts - 1));
    yield file.read(position, position + partBytes);
  }
}

export interface FilesFingerprintOptions {
  /** Returns a substitute for the content of a file that cannot be read. Default: it throws. */
  readonly onUnreadable?: (path: string, reason: string) => string;
  /**
   * Whether only 65 parts of 64 KiB of each file are read, or fewer of more than 63 files, and its size. Default: if the
   * files have more than 1 GiB together.
   */
  readonly isSampled?: boolean;
}

/**
 * A hash of the names, sizes and contents of files, in order; the files are streamed. Of remote files, their addresses and
 * versions stand for these.
 * @throws KaleidoError for a file that cannot be read
 */
export async function filesFingerprint(
  files: readonly DataFile[],
  { onUnreadable = refuseUnreadable, ...options }: FilesFingerprintOptions = {},
): Promise<string> {
  const hash = createHash('sha256');
  const isSampled = options.isSampled ?? (await bytesOf(files)) > mostHashed;
  const parts = Math.max(leastParts, Math.min(mostParts, Math.floor(mostSampled / partBytes / files.length)));
  for (const file of files) {
    if (file.version !== undefined) {
      hash.update(`${file.path}\0${file.version}\n`);
      continue;
    }
    let content: string;
    try {
      const size = await file.size();
      const bytes = createHash('sha256');
      for await (const piece of isSampled ? samples(file, size, parts) : file.pieces()) bytes.update(piece);
      content = `${size}\0${bytes.digest('hex')}`;
    } catch (error) {
      if (KaleidoError.isInstance(error)) throw error;
      content = onUnreadable(file.path, (error as NodeJS.ErrnoException).code ?? String(error));
    }
    hash.update(`${file.name}\0${content}\n`);
  }
  return hash.digest('hex');
}

/** Of all files whose contents are hashed; one that cannot be read has none. */
async function bytesOf(files: readonly DataFile[]): Promise<number> {
  let sum = 0;
  for (const file of files) if (file.version === undefined) sum += await file.size().catch(() => 0);
  return sum;
}

function refuseUnreadable(path: string, reason: string): never {
  throw new KaleidoError({
    source: 'data',
    problem: `cannot read ${path}`,
    found: reason,
    advice: 'copy or download it again, or check its permissions',
  });
}

/** The shards of a split. @throws KaleidoError naming the known splits if there is no such split */
export function shardsOfSplit<Shard>(
  folder: string,
  shards: ReadonlyMap<string, readonly Shard[]>,
  split: string,
): readonly Shard[] {
  const found = shards.get(split);
  if (found !== undefined) return found;
  throw unknownSplit(folder, split, [...shards.keys()]);
}
