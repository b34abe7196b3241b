import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { wheelError } from './wheel-error.ts';

/**
 * Sooner than minutes into a file: is there room for it beside its path?
 * @throws KaleidoError where there is less
 */
export async function assertSpace(path: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(path));
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw wheelError(
    `the disk of ${dirname(path)} has no room for ${megabytes(bytes)}`,
    `${megabytes(free)} free`,
    'free some space, or set XDG_CACHE_HOME to a folder of a larger disk',
  );
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
