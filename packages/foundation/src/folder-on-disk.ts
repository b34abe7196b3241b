import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteSource, FolderFiles } from './folder-files.ts';
import { KaleidoError } from './kaleido-error.ts';

/** The files of a folder on disk; the folder need not exist. */
export function folderOnDisk(folder: string): FolderFiles {
  return {
    name: folder,
    pathOf: (file) => join(folder, file),
    open: (file) =>
      openFile(join(folder, file)).catch((error: unknown) => {
        if (KaleidoError.isInstance(error) && (error.found === 'ENOENT' || error.found === 'ENOTDIR')) return undefined;
        throw error;
      }),
    whyAbsent: () => 'ENOENT',
  };
}

/**
 * A file on disk that is read in pieces.
 * @throws KaleidoError for a file that cannot be read
 */
export async function openFile(path: string): Promise<ByteSource> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const stats = await file.stat();
    if (stats.isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
    return sourceOf(path, file, stats.size);
  } catch (cause) {
    await file?.close();
    throw new KaleidoError({
      source: 'foundation',
      problem: `cannot read ${path}`,
      found: (cause as NodeJS.ErrnoException).code ?? String(cause),
      advice: 'check the path and its permissions',
      cause,
    });
  }
}

function sourceOf(name: string, file: FileHandle, size: number): ByteSource {
  return {
    name,
    size,
    async read(begin, end) {
      const bytes = new Uint8Array(end - begin);
      for (let read = 0; read < bytes.length; ) {
        const { bytesRead } = await file.read(bytes, read, bytes.length - read, begin + read);
        if (bytesRead === 0)
          throw new KaleidoError({
            source: 'foundation',
            problem: `${name} was cut off while it was read`,
            advice: 'copy it again',
          });
        read += bytesRead;
      }
      return bytes;
    },
    close: () => file.close(),
  };
}
