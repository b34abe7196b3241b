import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FolderFiles } from '@kaleido/foundation';
import { type FolderLock, folderOnDisk, lockFolder, writeWhole } from '@kaleido/foundation/node';
import { type Manifest, manifestFile, manifestText } from './manifest.ts';

/** Changes of files, one after another. Each is whole or has not happened, whenever the process is killed. */
export interface FileChanges {
  write(path: string, content: string | readonly Uint8Array[]): Promise<void>;
  remove(path: string): Promise<void>;
}

export const changesOnDisk: FileChanges = {
  write: writeWhole,
  remove: (path) => rm(path, { force: true }),
};

const lockName = 'index.lock';

/** The folder of an index while it is changed. Only `commit` changes what readers see. */
export class IndexFolder {
  readonly files: FolderFiles;
  readonly #folder: string;
  readonly #changes: FileChanges;

  constructor(folder: string, changes: FileChanges) {
    this.files = folderOnDisk(folder);
    this.#folder = folder;
    this.#changes = changes;
  }

  /** Keeps other processes from changing the index until the lock is released. */
  lock(): Promise<FolderLock> {
    return lockFolder(this.#folder, { name: lockName, source: 'search' });
  }

  write(file: string, content: string | readonly Uint8Array[]): Promise<void> {
    return this.#changes.write(join(this.#folder, file), content);
  }

  /** Makes a change count: everything that the manifest names is already written. */
  commit(manifest: Manifest): Promise<void> {
    return this.write(manifestFile, manifestText(manifest));
  }

  /** Removes files of no segment: those of merged segments, and those that a killed process has left. */
  async removeOthers(manifest: Manifest): Promise<void> {
    const names = new Set(manifest.segments.map(({ name }) => name));
    const remove = (file: string): Promise<void> => this.#changes.remove(join(this.#folder, file));
    for (const file of await list(join(this.#folder, 'segments')))
      if (!names.has(file.split('.')[0] as string) || file.endsWith('.part')) await remove(`segments/${file}`);
    for (const file of await list(this.#folder))
      if (file.startsWith(`${manifestFile}.`) && file.endsWith('.part')) await remove(file);
  }
}

async function list(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}
