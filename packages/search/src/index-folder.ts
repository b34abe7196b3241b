import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type FolderFiles, KaleidoError } from '@kaleido/foundation';
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

/** Files of segments: nothing else in the folder is touched. */
const segmentFiles =
  /^(\d{6,}-[0-9a-f]{12})\.(?:safetensors|jsonl|pictures|features\.safetensors)(\.[0-9a-f-]{36}\.part)?$/;
const manifestParts = /^index\.json\.[0-9a-f-]{36}\.part$/;

/** The folder of an index. Only `commit` changes what readers see. */
export interface IndexFolder {
  readonly files: FolderFiles;
  /** Keeps other processes from changing the index until the lock is released. @throws KaleidoError if it is held */
  lock(): Promise<FolderLock>;
  write(file: string, content: string | readonly Uint8Array[]): Promise<void>;
  /** Makes a change count: everything that the manifest names is already written. */
  commit(manifest: Manifest): Promise<void>;
  /** Removes files of no segment: those of merged segments, and those that a killed process has left. */
  removeOthers(manifest: Manifest): Promise<void>;
}

/** An index on disk. */
export function folderToChange(folder: string, changes: FileChanges): IndexFolder {
  const write = (file: string, content: string | readonly Uint8Array[]): Promise<void> =>
    changes.write(join(folder, file), content);
  const remove = (file: string): Promise<void> => changes.remove(join(folder, file));
  return {
    files: folderOnDisk(folder),
    lock: () => lockFolder(folder, { name: lockName, source: 'search' }),
    write,
    commit: (manifest) => write(manifestFile, manifestText(manifest)),
    async removeOthers(manifest) {
      const names = new Set(manifest.segments.map(({ name }) => name));
      for (const file of await list(join(folder, 'segments'))) {
        const [, name, part] = segmentFiles.exec(file) ?? [];
        if (name !== undefined && (part !== undefined || !names.has(name))) await remove(`segments/${file}`);
      }
      for (const file of await list(folder)) if (manifestParts.test(file)) await remove(file);
    },
  };
}

/** An index somewhere else, which cannot be changed. */
export function folderToRead(files: FolderFiles): IndexFolder {
  const refuse = async (): Promise<never> => {
    throw cannotChange(files.name);
  };
  return { files, lock: refuse, write: refuse, commit: refuse, removeOthers: refuse };
}

export function cannotChange(place: string): KaleidoError {
  return new KaleidoError({
    source: 'search',
    problem: 'an index can be changed only in a folder on disk',
    found: place,
    advice: 'copy it into a folder, and change it there',
  });
}

async function list(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}
