import { readFile as readFileAndCall, statSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { UnusableCell } from './catalogue-row.ts';

/** Of a small file it takes half as long as that of `node:fs/promises`, which makes a handle. */
const readFile = promisify(readFileAndCall);

/** Photographs have some megabytes; a larger file is something else. */
export const largestImage: number = 2 ** 28;

/** Why the file at a path cannot be read as a picture. */
export class UnusablePath {
  /** @param problem completes a sentence about the path, e.g. `leads outside the data folder` */
  constructor(
    readonly path: string,
    readonly problem: string,
  ) {}
}

/**
 * Finds the picture at the path in a row, or says why there is none.
 * @param path as in the row: relative to `folder`, with either kind of slash
 * @param folder the folder of the file with the row
 * @param root the folder that must contain the pictures; symbolic links must not lead out of it either
 * @param realRoot the same folder without symbolic links. Default: it is looked up
 */
export async function findPicture(
  path: string,
  folder: string,
  root: string,
  realRoot: () => Promise<string> = () => realpath(root),
): Promise<string | UnusablePath> {
  const because = (why: string): UnusablePath => new UnusablePath(path, why);
  const named = pathInside(path, folder, root);
  if (named instanceof UnusablePath) return named;
  try {
    const real = await realpath(named);
    if (!isInside(real, await realRoot())) return because('leads outside the data folder');
    const found = await stat(real);
    if (!found.isFile()) return because('is not a file');
    if (found.size > largestImage) return because(`is larger than a picture: ${found.size} bytes`);
    return real;
  } catch (error) {
    return because(reasonOf(error));
  }
}

/** Where a path in a row leads, whether or not a file is there. */
function pathInside(path: string, folder: string, root: string): string | UnusablePath {
  const because = (why: string): UnusablePath => new UnusablePath(path, why);
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return because('is an address, which is not downloaded');
  if (path.includes('\0')) return because('is no path');
  const named = resolve(folder, path.replaceAll('\\', '/'));
  return !isInside(named, root) || /^[a-z]:/i.test(path) ? because('leads outside the data folder') : named;
}

/**
 * Bytes of the file at the path in a row; -1 if it cannot be found. Nothing is read of it. It waits for the disk, as each
 * promise would take longer than the answer: 3 microseconds.
 */
export function pictureSize(path: string, folder: string, root: string): number {
  const named = pathInside(path, folder, root);
  if (named instanceof UnusablePath) return -1;
  try {
    return statSync(named, { throwIfNoEntry: false })?.size ?? -1;
  } catch {
    return -1;
  }
}

/** The bytes of the picture at the path in a row; see `findPicture`. */
export async function readPicture(
  path: string,
  folder: string,
  root: string,
  realRoot?: () => Promise<string>,
): Promise<Uint8Array | UnusablePath> {
  const file = await findPicture(path, folder, root, realRoot);
  if (file instanceof UnusablePath) return file;
  try {
    return await readFile(file);
  } catch (error) {
    return new UnusablePath(path, reasonOf(error));
  }
}

/** `readPicture` for many paths in the rows of a file: the root is looked up once. */
export function pictureReader(folder: string, root: string): (path: string) => Promise<Uint8Array | UnusablePath> {
  let found: Promise<string> | undefined;
  const realRoot = (): Promise<string> => {
    found ??= realpath(root);
    return found;
  };
  return (path) => readPicture(path, folder, root, realRoot);
}

/** `findPicture` for a Parquet cell with a path and no bytes. */
export async function findImageFile(path: string, folder: string, root: string): Promise<string | UnusableCell> {
  const file = await findPicture(path, folder, root);
  return file instanceof UnusablePath ? unusableCell(file) : file;
}

/** `readPicture` for a Parquet cell with a path and no bytes. */
export async function readImageFile(path: string, folder: string, root: string): Promise<Uint8Array | UnusableCell> {
  const bytes = await readPicture(path, folder, root);
  return bytes instanceof UnusablePath ? unusableCell(bytes) : bytes;
}

function unusableCell({ path, problem }: UnusablePath): UnusableCell {
  return new UnusableCell(`is a path without bytes, and "${path}" ${problem}`);
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' ? 'is not in the data folder' : `cannot be read: ${code ?? error}`;
}

function isInside(path: string, root: string): boolean {
  const way = relative(resolve(root), path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
