import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { KaleidoError } from '@kaleido/foundation';
import { tryTensorflow } from '../native/check-in-child.ts';
import { cacheFolder, type FoundTensorflow, findTensorflow } from '../native/find-tensorflow.ts';
import { assertPeers } from '../native/peers.ts';
import { assertSpace } from './assert-space.ts';
import { checkDigest } from './check-digest.ts';
import { downloadWheel } from './download-wheel.ts';
import { openWheel } from './open-wheel.ts';
import type { ReadOptions } from './read-options.ts';
import { diskError, wheelError } from './wheel-error.ts';
import { wheelSource } from './wheel-source.ts';
import { assertWheelName } from './wheel-tags.ts';

export interface AddTensorflowOptions extends ReadOptions {
  /** A wheel of `tensorflow` or `tensorflow-cpu` for Linux, 2.15 or later: a path or a URL. */
  readonly wheel: string;
  /** 64 hexadecimal digits. Required for a URL, here or as `#sha256=` at its end, as in PyPI's links. */
  readonly sha256?: string | undefined;
  /** Called as each part begins: a download, the unpacking of a library, ... */
  readonly onPart?: ((part: string) => void) | undefined;
}

export interface AddedTensorflow {
  readonly version: string;
  /** The folder where `tensorflow` and `cuda` now find it. */
  readonly folder: string;
  /** The size of the libraries. */
  readonly bytes: number;
  /** Another TensorFlow that is found before this one, if any. */
  readonly hiddenBy?: FoundTensorflow;
}

/**
 * Unpacks TensorFlow's libraries from a wheel into the user's cache (`~/.cache/kaleido/tensorflow/VERSION/`), for users
 * without Python. Only complete, working libraries are installed: the digests must match the given one and the wheel's
 * RECORD, and a child process must compute with the libraries before they are moved into place. An installed copy of
 * the same version is replaced.
 *
 * @throws KaleidoError where the optional peers are absent; where the wheel cannot be fetched or read, is damaged, cut
 *   off, changed or of another platform; where the disk is full; where its TensorFlow does not load here
 */
export function addTensorflow(options: AddTensorflowOptions): Promise<AddedTensorflow> {
  return addLibraries(options, (folder) => tryTensorflow(folder, 'cpu'));
}

/** `addTensorflow` with a replaceable check of the unpacked libraries. */
export async function addLibraries(
  { wheel, sha256, onPart, ...reading }: AddTensorflowOptions,
  tryLibraries: (folder: string) => Promise<unknown>,
): Promise<AddedTensorflow> {
  // Check everything that can be checked before minutes of work.
  assertPeers();
  const source = wheelSource(wheel, sha256);
  const name = basename(source.kind === 'file' ? source.path : decodeURIComponent(source.url.pathname));
  assertWheelName(name);
  const work = await workFolder();
  try {
    const path = source.kind === 'file' ? source.path : join(work, 'downloaded.whl');
    if (source.kind === 'url') {
      onPart?.(`downloading ${name}`);
      await downloadWheel(source, path, reading);
    } else if (source.sha256 !== undefined) {
      onPart?.(`checking ${name}`);
      await checkDigest(path, source.sha256, reading);
    }
    const { version, bytes, unpacked } = await unpack(path, work, onPart, reading);
    onPart?.('trying it');
    await tryLibraries(unpacked).catch((error: unknown) => {
      throw KaleidoError.isInstance(error) ? doesNotWork(name, version, unpacked, error) : error;
    });
    reading.signal?.throwIfAborted();
    const folder = await settle(unpacked, version, work);
    const { found } = await findTensorflow();
    return { version, folder, bytes, ...(found && found.folder !== folder && { hiddenBy: found }) };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Without the path of the unpacked folder, which is deleted before the message is read. */
function doesNotWork(name: string, version: string, unpacked: string, error: KaleidoError): KaleidoError {
  return wheelError(
    `the TensorFlow ${version} in ${name} does not work on this machine`,
    String(error.found).replaceAll(`${unpacked}/`, ''),
    'use another version, or the wheel of tensorflow-cpu',
    error,
  );
}

async function unpack(
  path: string,
  work: string,
  onPart: ((part: string) => void) | undefined,
  reading: ReadOptions,
): Promise<{ version: string; bytes: number; unpacked: string }> {
  const wheel = await openWheel(path);
  try {
    const bytes = wheel.libraries.reduce((sum, library) => sum + library.bytes, 0);
    const unpacked = join(work, 'libraries');
    await mkdir(unpacked);
    await assertSpace(unpacked, bytes);
    for (const library of wheel.libraries) {
      onPart?.(`unpacking ${library.name}`);
      await wheel.extract(library, join(unpacked, library.name), reading);
    }
    return { version: wheel.version, bytes, unpacked };
  } finally {
    wheel.close();
  }
}

/** Moves the libraries into place and removes the previous ones; a process that has loaded those keeps them. */
async function settle(unpacked: string, version: string, work: string): Promise<string> {
  const folder = join(cacheFolder(), version);
  const replaced = join(work, 'replaced');
  try {
    const isThere = existsSync(folder);
    if (isThere) await rename(folder, replaced);
    try {
      await rename(unpacked, folder);
    } catch (cause) {
      if (isThere) await rename(replaced, folder);
      throw cause;
    }
  } catch (cause) {
    throw diskError(`cannot write ${folder}`, cause);
  }
  return folder;
}

/** Hidden, so that it is not taken for a version. */
const workPrefix = '.adding-';

/** Milliseconds after which a temporary folder is taken for one left by a killed process: a day. */
const abandonedAfter = 24 * 60 * 60 * 1000;

/** A new folder on the disk where the libraries will be. */
async function workFolder(): Promise<string> {
  const cache = cacheFolder();
  try {
    await mkdir(cache, { recursive: true });
    for (const name of await readdir(cache)) {
      const path = join(cache, name);
      if (name.startsWith(workPrefix) && Date.now() - (await stat(path)).mtimeMs > abandonedAfter)
        await rm(path, { recursive: true, force: true });
    }
    return await mkdtemp(join(cache, workPrefix));
  } catch (cause) {
    throw diskError(`cannot write ${cache}`, cause);
  }
}
