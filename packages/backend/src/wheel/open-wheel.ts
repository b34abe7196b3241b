import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { libraryFiles } from '../native/c-library.ts';
import type { ReadOptions } from './read-options.ts';
import { diskError, wheelError } from './wheel-error.ts';
import { assertPlatform, assertVersion } from './wheel-tags.ts';

/** A library inside a wheel, with its entry in the wheel's RECORD. */
export interface WheelLibrary {
  /** `libtensorflow_cc.so.2` */
  readonly name: string;
  readonly bytes: number;
  /** base64url, as in RECORD. */
  readonly sha256: string;
}

/** An open wheel of TensorFlow; only its table of contents has been read. */
export interface Wheel {
  readonly version: string;
  readonly libraries: readonly WheelLibrary[];
  /**
   * Writes a library to a path, and compares its length and digest with RECORD.
   * @throws KaleidoError where they differ, the wheel is damaged, or the disk is full
   */
  extract(library: WheelLibrary, path: string, options: ReadOptions): Promise<void>;
  close(): void;
}

/** The largest metadata file that is read: TensorFlow's RECORD has 2 MB. */
const mostTextBytes = 64 * 2 ** 20;

/** A wheel's metadata files: `tensorflow_cpu-2.21.0.dist-info/RECORD`. */
const metadataPattern = /^[^/-]+-(?<version>[^/-]+)\.dist-info\/(?<file>WHEEL|RECORD)$/;

const advice = 'download the wheel again';

/**
 * Opens a wheel of TensorFlow. Its contents are not trusted: files go where the caller says, whatever their names, and
 * never more bytes than RECORD lists.
 *
 * @throws KaleidoError where it is not a wheel, is truncated or damaged, or is for another package or platform
 */
export async function openWheel(path: string): Promise<Wheel> {
  const zip = await openZip(path);
  try {
    const { entries, versions } = await listEntries(zip, path);
    const [version, ...others] = versions;
    const record = entries.get('RECORD');
    const about = entries.get('WHEEL');
    if (version === undefined || others.length > 0 || record === undefined || about === undefined)
      throw wheelError(
        `${basename(path)} is a zip file, but not a wheel`,
        undefined,
        "pass a wheel of tensorflow or tensorflow-cpu, as 'pip download --no-deps tensorflow-cpu' fetches it",
      );
    assertPlatform(
      [...(await readText(zip, about)).matchAll(/^Tag: \S+?-\S+?-(\S+)/gm)].map(([, tag]) => tag as string),
    );
    assertVersion(version);
    const recorded = await readText(zip, record);
    const libraries = libraryFiles.map((name) => describeLibrary(name, entries.get(name), recorded));
    return {
      version,
      libraries,
      extract: (library, target, options) => extract(zip, entries.get(library.name) as Entry, library, target, options),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function openZip(path: string): Promise<ZipFile> {
  const start = await firstBytes(path);
  try {
    return await openPromise(path, { autoClose: false, strictFileNames: true });
  } catch (cause) {
    // A zip begins with local files and ends with its table of contents.
    if (start.startsWith('PK')) throw wheelError(`${basename(path)} is truncated`, String(cause), advice, cause);
    throw wheelError(
      `${basename(path)} is not a wheel: it is not a zip file`,
      start,
      'pass the file whose name ends in .whl',
      cause,
    );
  }
}

async function firstBytes(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
      return buffer.toString('latin1', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw diskError(`cannot read the wheel ${path}`, cause);
  }
}

/** The entries that are used, by their short names. */
async function listEntries(
  zip: ZipFile,
  path: string,
): Promise<{ readonly entries: ReadonlyMap<string, Entry>; readonly versions: ReadonlySet<string> }> {
  const entries = new Map<string, Entry>();
  const versions = new Set<string>();
  const wanted = new Map(libraryFiles.map((name) => [`tensorflow/${name}`, name as string]));
  try {
    // yauzl checks every name, and fails for one that leads out of the wheel's folder.
    for await (const entry of zip.eachEntry()) {
      const { version, file } = metadataPattern.exec(entry.fileName)?.groups ?? {};
      const name = file ?? wanted.get(entry.fileName);
      if (name === undefined) continue;
      if (version !== undefined) versions.add(version);
      if (entries.has(name)) throw new Error(`two files ${entry.fileName}`);
      entries.set(name, entry);
    }
  } catch (cause) {
    throw wheelError(`${basename(path)} is damaged`, cause instanceof Error ? cause.message : cause, advice, cause);
  }
  return { entries, versions };
}

function describeLibrary(name: string, entry: Entry | undefined, record: string): WheelLibrary {
  const path = `tensorflow/${name}`;
  if (entry === undefined)
    throw wheelError(
      `this wheel has no ${path}`,
      undefined,
      'pass a wheel of tensorflow or tensorflow-cpu for Linux, 2.15 or later',
    );
  const line = record.split(/\r?\n/).find((row) => row.startsWith(`${path},`));
  const [, sha256, size] = /,sha256=([\w-]{43}),(\d+)$/.exec(line ?? '') ?? [];
  if (sha256 === undefined) throw wheelError(`the wheel's RECORD has no digest of ${path}`, line, advice);
  const bytes = Number(size);
  if (entry.uncompressedSize !== bytes)
    throw wheelError(`${path} has not the ${bytes} bytes that RECORD says`, entry.uncompressedSize, advice);
  return { name, bytes, sha256 };
}

async function readText(zip: ZipFile, entry: Entry): Promise<string> {
  const { fileName, uncompressedSize } = entry;
  if (uncompressedSize > mostTextBytes) throw wheelError(`${fileName} is too large`, uncompressedSize, advice);
  const parts: Buffer[] = [];
  try {
    for await (const part of await openEntry(zip, entry)) parts.push(part as Buffer);
  } catch (cause) {
    throw wheelError(`${fileName} is damaged`, (cause as Error).message, advice, cause);
  }
  return Buffer.concat(parts).toString('utf8');
}

async function extract(
  zip: ZipFile,
  entry: Entry,
  { bytes, sha256 }: WheelLibrary,
  path: string,
  { onProgress, signal }: ReadOptions,
): Promise<void> {
  const hash = createHash('sha256');
  const target = createWriteStream(path, { flags: 'wx' });
  let done = 0;
  let writing: unknown;
  target.once('error', (error) => {
    writing = error;
  });
  try {
    await pipeline(
      await openEntry(zip, entry),
      async function* (parts: AsyncIterable<Buffer>) {
        for await (const part of parts) {
          hash.update(part);
          done += part.length;
          onProgress?.(done, bytes);
          yield part;
        }
      },
      target,
      { signal },
    );
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause === writing) throw diskError(`cannot write ${path}`, cause);
    throw wheelError(`${entry.fileName} is damaged`, (cause as Error).message, advice, cause);
  }
  const found = hash.digest('base64url');
  if (found !== sha256) throw wheelError(`the sha256 of ${entry.fileName} is not RECORD's ${sha256}`, found, advice);
}

function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  return zip.openReadStreamPromise(entry);
}
