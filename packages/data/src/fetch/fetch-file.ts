import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { contentRange, fetchReason, KaleidoError } from '@kaleido/foundation';
import type { ManifestFile } from './manifest.ts';
import { bodyPieces, isBusy, lastingAdvice, type NetworkOptions, patiently, retrying, serverBusy } from './network.ts';

export interface FetchOptions extends NetworkOptions {
  readonly onBytes?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Downloads one file into a folder. An interrupted download is kept in `PATH.part` and resumed; the file gets its name
 * when its digest is right.
 *
 * @returns whether the file already existed
 * @throws KaleidoError if the server refuses, sends another file or another length, or the disk is full
 */
export async function fetchFile(file: ManifestFile, folder: string, options: FetchOptions = {}): Promise<boolean> {
  const path = join(folder, file.path);
  if ((await sizeOf(path)) === file.size && (await digestOf(path)) === file.sha256) return true;
  const part = `${path}.part`;
  await mkdir(dirname(path), { recursive: true });
  await assertSpace(file, folder, (await sizeOf(part)) ?? 0);
  await retrying(
    () => fetchRest(file, part, options),
    async () => (await sizeOf(part)) ?? 0,
    async (attempts, cause) =>
      refusal(
        file,
        `stopped after ${(await sizeOf(part)) ?? 0} of ${file.size} bytes, ${attempts} attempts without progress`,
        fetchReason(cause),
        'run the same command again: it resumes',
        cause,
      ),
    options,
  );
  const digest = await digestOf(part);
  if (digest !== file.sha256) {
    // It cannot be resumed.
    await rm(part, { force: true });
    throw refusal(
      file,
      `is another file than the manifest says, sha256 ${file.sha256}`,
      digest,
      'ask for a new manifest',
    );
  }
  await rename(part, path);
  return false;
}

/** Downloads the missing rest of a part. */
async function fetchRest(file: ManifestFile, part: string, options: FetchOptions): Promise<void> {
  let done = (await sizeOf(part)) ?? 0;
  if (done > file.size) {
    await rm(part);
    done = 0;
  }
  if (done === file.size && file.size > 0) return;
  await patiently(async (signal, alive) => {
    const response = await fetch(file.url, {
      // A compressed response would have another length and other bytes.
      headers: { 'accept-encoding': 'identity', ...(done === 0 ? {} : { range: `bytes=${done}-` }) },
      signal,
    }).catch((cause: unknown) => {
      const advice = lastingAdvice(cause, done > 0);
      throw advice === undefined ? cause : refusal(file, 'cannot be reached', fetchReason(cause), advice, cause);
    });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      // The part is not a beginning of the server's file.
      if (response.status === 416) await rm(part, { force: true });
      if (response.status === 416 || isBusy(response.status))
        throw serverBusy(response.status, response.headers.get('retry-after'));
      throw refusal(file, 'was refused', `status ${response.status}`, 'check the address in the manifest');
    }
    // A server without range requests sends the file from its start.
    const from = response.status === 206 && contentRange(response.headers)?.start === done ? done : 0;
    if (response.status === 206 && from !== done) throw new Error('the server gave another range than was asked for');
    const target = await open(part, from === 0 ? 'w' : 'r+');
    try {
      let at = from;
      for await (const chunk of bodyPieces(response, signal, alive)) {
        if (at + chunk.length > file.size) {
          await target.truncate(0);
          throw refusal(
            file,
            `is longer than the manifest says, ${file.size} bytes`,
            `${at + chunk.length} bytes or more`,
            'ask for a new manifest',
          );
        }
        await target.write(chunk, 0, chunk.length, at).catch((cause: NodeJS.ErrnoException) => {
          throw refusal(file, `cannot be written to ${part}`, cause.code, 'free some space', cause);
        });
        at += chunk.length;
        options.onBytes?.(at, file.size);
      }
      if (at < file.size) throw new Error(`the server ended after ${at} bytes`);
    } finally {
      await target.close();
    }
  }, options);
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function assertSpace(file: ManifestFile, folder: string, there: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const needed = file.size - there;
  if (needed > bavail * bsize)
    throw refusal(file, `needs ${needed} bytes of free space in ${folder}`, bavail * bsize, 'free some space');
}

function refusal(file: ManifestFile, problem: string, found: unknown, advice: string, cause?: unknown): KaleidoError {
  return new KaleidoError({ source: 'data', problem: `${file.url} ${problem}`, found, advice, cause });
}
