import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ReadOptions } from './read-options.ts';
import { diskError, wheelError } from './wheel-error.ts';

/** @throws KaleidoError where the sha256 of a file differs, or it cannot be read */
export async function checkDigest(path: string, sha256: string, { onProgress, signal }: ReadOptions): Promise<void> {
  const hash = createHash('sha256');
  try {
    const { size } = await stat(path);
    let done = 0;
    for await (const part of createReadStream(path, { signal })) {
      hash.update(part as Buffer);
      done += (part as Buffer).length;
      onProgress?.(done, size);
    }
  } catch (cause) {
    signal?.throwIfAborted();
    throw diskError(`cannot read the wheel ${path}`, cause);
  }
  assertDigest(hash.digest('hex'), sha256, path);
}

/** @throws KaleidoError where they differ */
export function assertDigest(found: string, expected: string, name: string): void {
  if (found !== expected)
    throw wheelError(
      `the sha256 of ${name} is not ${expected}`,
      found,
      'it is another file, or was changed in transit',
    );
}
