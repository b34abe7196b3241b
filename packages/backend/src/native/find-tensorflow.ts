import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { libraryFiles } from './c-library.ts';

export interface FoundTensorflow {
  /** The folder with the libraries. */
  readonly folder: string;
  /** Where it was found, for logs: `KALEIDO_TENSORFLOW`, `python3`, ... */
  readonly from: string;
}

export interface TensorflowSearch {
  readonly found?: FoundTensorflow;
  /** Where it was not found, as parts of one line. */
  readonly looked: readonly string[];
}

/** The environment variable that names the folder. */
const folderVariable = 'KALEIDO_TENSORFLOW';

/** Finds the package without importing it, which would take seconds. */
const question = [
  'import importlib.util as u',
  's = u.find_spec("tensorflow")',
  'print(s.submodule_search_locations[0] if s and s.submodule_search_locations else "")',
].join('\n');

/**
 * Looks for TensorFlow's libraries in the option, the environment variable, the user's cache, and the Python on the
 * path.
 * @param patience milliseconds that a Python may take. Default 10,000: a broken one must not stop a run.
 */
export async function findTensorflow(option?: string, patience = 10_000): Promise<TensorflowSearch> {
  const looked: string[] = [];
  const named: readonly (readonly [string, string | undefined])[] = [
    ['the option tensorflowFolder', option],
    [folderVariable, process.env[folderVariable] || undefined],
  ];
  for (const [from, folder] of named) {
    if (folder === undefined) continue;
    // A folder named by the user is the only one tried: another TensorFlow instead would be a surprise.
    return hasLibraries(folder) ? { found: { folder, from }, looked } : { looked: [`${from} (${folder} has none)`] };
  }
  const unpacked = unpackedFolders().find(hasLibraries);
  if (unpacked !== undefined) return { found: { folder: unpacked, from: cacheFolder() }, looked };
  looked.push(cacheFolder());
  for (const python of ['python3', 'python']) {
    const answer = await askPython(python, patience);
    if ('folder' in answer && hasLibraries(answer.folder))
      return { found: { folder: answer.folder, from: python }, looked };
    looked.push('folder' in answer ? `no TensorFlow in ${python}` : answer.reason);
  }
  return { looked };
}

/** The cache of unpacked wheels: a folder for each version. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kaleido', 'tensorflow');
}

function hasLibraries(folder: string): boolean {
  return libraryFiles.every((name) => existsSync(join(folder, name)));
}

/** The newest version first. */
function unpackedFolders(): string[] {
  try {
    const newest = (a: string, b: string): number => b.localeCompare(a, 'en', { numeric: true });
    return readdirSync(cacheFolder())
      .filter((name) => !name.startsWith('.')) // still being unpacked
      .sort(newest)
      .map((version) => join(cacheFolder(), version));
  } catch {
    return [];
  }
}

/** The folder of a Python's TensorFlow, empty if it has none; or why there is no answer. */
async function askPython(
  python: string,
  patience: number,
): Promise<{ readonly folder: string } | { readonly reason: string }> {
  try {
    const { stdout } = await promisify(execFile)(python, ['-c', question], { timeout: patience, env: process.env });
    return { folder: stdout.trim() };
  } catch (error) {
    const { killed = false, code } = error as { readonly killed?: boolean; readonly code?: unknown };
    if (killed) return { reason: `${python} did not answer within ${patience / 1000} s` };
    return { reason: code === 'ENOENT' ? `no ${python}` : `${python} does not run` };
  }
}
