import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { wheelError } from './wheel-error.ts';

/**
 * Checks early, and not after minutes of writing, that the disk has room for a file.
 * @throws KaleidoError where there is too little
 */
export async function assertSpace(path: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(path));
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw wheelError(
    `the disk with ${dirname(path)} has no room for ${megabytes(bytes)}`,
    `${megabytes(free)} free`,
    'free some space, or set XDG_CACHE_HOME to a folder on a larger disk',
  );
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
