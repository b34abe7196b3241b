import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { connectionAdvice, fetchReason } from '@kaleido/foundation';
import { assertSpace } from './assert-space.ts';
import { assertDigest } from './check-digest.ts';
import type { ReadOptions } from './read-options.ts';
import { diskError, wheelError } from './wheel-error.ts';
import type { WheelSource } from './wheel-source.ts';

const advice = 'try again, or download the wheel by other means and pass the file';

/**
 * Streams a wheel into a file and compares its digest with the expected one.
 *
 * @throws KaleidoError where the server refuses, the download stops early, the disk is full, or the digest differs
 */
export async function downloadWheel(
  { url, sha256 }: WheelSource & { kind: 'url' },
  path: string,
  { onProgress, signal }: ReadOptions,
): Promise<void> {
  const { body, total } = await request(url, signal);
  if (total !== undefined) await assertSpace(path, total);
  const hash = createHash('sha256');
  const target = createWriteStream(path, { flags: 'wx' });
  let done = 0;
  let writing: unknown;
  target.once('error', (error) => {
    writing = error;
  });
  try {
    await pipeline(
      Readable.fromWeb(body as ReadableStream),
      async function* (parts: AsyncIterable<Buffer>) {
        for await (const part of parts) {
          hash.update(part);
          done += part.length;
          onProgress?.(done, total);
          yield part;
        }
      },
      target,
      { signal },
    );
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause === writing) throw diskError(`cannot write ${path}`, cause);
    const problem = `the download of ${url.href} stopped after ${done} of ${total ?? 'an unknown number of'} bytes`;
    throw wheelError(problem, fetchReason(cause), advice, cause);
  }
  assertDigest(hash.digest('hex'), sha256, url.href);
}

async function request(
  url: URL,
  signal: AbortSignal | undefined,
): Promise<{ body: unknown; total: number | undefined }> {
  let response: Response;
  try {
    // A wheel is compressed already, and Content-Length must be the wheel's.
    response = await fetch(url, { headers: { 'accept-encoding': 'identity' }, signal: signal ?? null });
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = fetchReason(cause);
    throw wheelError(`cannot reach ${url.href}`, reason, connectionAdvice(reason) ?? advice, cause);
  }
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw wheelError(`${url.href} was refused`, response.status, 'check the address');
  }
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  return { body: response.body, total: Number.isNaN(length) ? undefined : length };
}
