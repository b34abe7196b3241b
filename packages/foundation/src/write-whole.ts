import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KaleidoError } from './kaleido-error.ts';

/**
 * Writes a file whole or not at all: to a temporary file next to it, flushed, then renamed.
 * Pieces are written one after another, without joining them in memory.
 * A full disk or a kill in the middle leaves the old file, or none, in place.
 * @throws KaleidoError naming the path and the system's reason
 */
export async function writeWhole(path: string, content: Uint8Array | string | readonly Uint8Array[]): Promise<void> {
  // Threads share their process' id, and two of them may write the same file: the last one wins, whole.
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'w');
    try {
      // Each continues where the previous one ended.
      for (const piece of Array.isArray(content) ? content : [content]) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new KaleidoError({
      source: 'foundation',
      problem: `could not write ${path}`,
      found: (cause as NodeJS.ErrnoException).code ?? String(cause),
      advice: 'check the free space and the permissions of its folder',
      cause,
    });
  }
}
