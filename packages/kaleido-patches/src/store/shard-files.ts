import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { KaleidoError } from '@kaleido/foundation';
import { featureSlotCount } from '@kaleido/layout';
import { damagedStore } from './damaged-store.ts';
import { storeFile } from './feature-store-files.ts';
import { type FeatureStoreHeader, featureStoreHeader } from './feature-store-header.ts';
import { isShardHeader, shardHeaderBytes, shardMetadata } from './shard-header.ts';
import { precisions } from './stored-precision.ts';

/** A shard as listed in `store.json`. */
export interface ShardFile {
  readonly file: string;
  readonly rows: number;
}

/** A span of bytes of a shard, read into consecutive pieces of memory. */
export interface ShardRead {
  /** Index of the shard. */
  readonly shard: number;
  /** In bytes after the shard's header. */
  readonly position: number;
  readonly parts: readonly Uint8Array[];
}

/**
 * Maximum open files: enough for 250 GB in shards of the default size. Opening a file costs as much as reading a row.
 * Node raises its limit of open files to the system's hard limit; if that is lower, fewer stay open.
 */
const mostOpenFiles = 1024;

interface OpenFile {
  readonly handle: Promise<FileHandle>;
  users: number;
}

/** Bytes of a row's 74 vectors. */
export function storedRowBytes({ extractor: { featureWidth, precision = 'float16' } }: FeatureStoreHeader): number {
  return featureSlotCount * featureWidth * precisions[precision].bytes;
}

/**
 * Opens a shard and checks its size and header, but not its contents.
 * @throws KaleidoError for a file that is missing, truncated, or of another store
 */
export async function openShard(folder: string, header: FeatureStoreHeader, shard: ShardFile): Promise<FileHandle> {
  const { featureWidth, precision = 'float16' } = header.extractor;
  const handle = await open(join(folder, shard.file)).catch((cause: NodeJS.ErrnoException) => {
    if (outOfFiles.has(cause.code))
      throw new KaleidoError({
        source: 'kaleido-patches',
        problem: `cannot open ${shard.file} of the feature store ${folder}: too many files are open`,
        found: cause.code,
        advice: 'raise the limit of open files (ulimit -n)',
        cause,
      });
    throw damagedStore(folder, `cannot open ${shard.file}`, cause.code, cause);
  });
  try {
    const { size } = await handle.stat();
    const expected = shardHeaderBytes + shard.rows * storedRowBytes(header);
    if (size !== expected) throw damagedStore(folder, `${shard.file} must have ${expected} bytes`, size);
    const head = new Uint8Array(shardHeaderBytes);
    await readFully(handle, [head], 0);
    if (!isShardHeader(head, precisions[precision].dtype, shard.rows, featureWidth) || !isOf(head, header))
      throw damagedStore(folder, `the head of ${shard.file} does not fit ${storeFile}`);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Error codes for the limits of the process and of the system. */
const outOfFiles: ReadonlySet<string | undefined> = new Set(['EMFILE', 'ENFILE']);

function isOutOfFiles(error: unknown): boolean {
  return error instanceof Error && outOfFiles.has((error.cause as NodeJS.ErrnoException | undefined)?.code);
}

function isOf(head: Uint8Array, header: FeatureStoreHeader): boolean {
  const written = shardMetadata(head)?.header;
  // Through JSON, because the written header was JSON too.
  const known = JSON.parse(JSON.stringify(featureStoreHeader(header)));
  try {
    return isDeepStrictEqual(featureStoreHeader(JSON.parse(written ?? '')), known);
  } catch {
    return false;
  }
}

/** Fills the parts from a position. @throws RangeError if the file ends too early */
export async function readFully(file: FileHandle, parts: readonly Uint8Array[], position: number): Promise<void> {
  let left = [...parts];
  let from = position;
  while (left.length > 0) {
    const { bytesRead } = await file.readv(left, from);
    if (bytesRead === 0) throw new RangeError('the file ends before');
    from += bytesRead;
    let done = bytesRead;
    let whole = 0;
    while (whole < left.length && done >= left[whole]!.length) done -= left[whole++]!.length;
    left = left.slice(whole);
    if (done > 0) left[0] = left[0]!.subarray(done);
  }
}

/** The shards of a store, opened at the first read. If too many are open, the least recently read is closed. */
export class ShardFiles {
  /** Least recently used first. */
  readonly #open = new Map<number, OpenFile>();
  readonly #closing = new Set<Promise<void>>();
  #most = mostOpenFiles;

  constructor(
    readonly folder: string,
    readonly header: FeatureStoreHeader,
    readonly shards: readonly ShardFile[],
  ) {}

  /** Number of open files. */
  get openFiles(): number {
    return this.#open.size;
  }

  /** @throws KaleidoError for a file that is missing, truncated, of another store, or unreadable */
  async read({ shard, position, parts }: ShardRead): Promise<void> {
    const file = this.#lease(shard);
    try {
      await readFully(await file.handle, parts, shardHeaderBytes + position).catch((cause: NodeJS.ErrnoException) => {
        const { file: name } = this.shards[shard] as ShardFile;
        throw damagedStore(this.folder, `cannot read ${name} at ${position}`, cause.code ?? cause.message, cause);
      });
    } finally {
      file.users -= 1;
      this.#closeSome();
    }
  }

  /** Call only when no read is in progress. */
  async close(): Promise<void> {
    for (const [shard, file] of this.#open) this.#close(shard, file);
    await Promise.all(this.#closing);
  }

  #lease(shard: number): OpenFile {
    const known = this.#open.get(shard);
    const file = known ?? {
      handle: this.#openFile(this.shards[shard] as ShardFile),
      users: 0,
    };
    this.#open.delete(shard);
    this.#open.set(shard, file);
    file.users += 1;
    // The next read retries a file that cannot be opened.
    if (known === undefined)
      file.handle.catch(() => {
        if (this.#open.get(shard) === file) this.#open.delete(shard);
      });
    return file;
  }

  /** If the system allows no more open files, halves the maximum. */
  async #openFile(shard: ShardFile): Promise<FileHandle> {
    for (;;) {
      try {
        return await openShard(this.folder, this.header, shard);
      } catch (error) {
        if (!isOutOfFiles(error) || this.#open.size <= 1) throw error;
        this.#most = Math.max(1, Math.floor(Math.min(this.#most, this.#open.size) / 2));
        this.#closeSome();
        if (this.#closing.size === 0) throw error;
        await Promise.all(this.#closing);
      }
    }
  }

  #closeSome(): void {
    for (const [shard, file] of this.#open) {
      if (this.#open.size <= this.#most) return;
      if (file.users === 0) this.#close(shard, file);
    }
  }

  #close(shard: number, file: OpenFile): void {
    this.#open.delete(shard);
    const closed = file.handle.then(
      (handle) => handle.close(),
      () => undefined,
    );
    this.#closing.add(closed);
    const forget = (): boolean => this.#closing.delete(closed);
    closed.then(forget, forget);
  }
}
