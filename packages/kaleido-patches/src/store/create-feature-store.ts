import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeSafetensors, float32Tensor, KaleidoError } from '@kaleido/foundation';
import { type FolderLock, lockFolder } from '@kaleido/foundation/node';
import { featureSlotCount } from '@kaleido/layout';
import type { FeatureSink } from './feature-sink.ts';
import { StatisticsGatherer } from './feature-statistics.ts';
import {
  type IndexEntry,
  indexFile,
  journalFile,
  lockFile,
  type ShardEntry,
  type StoreDescription,
  shardFileName,
  statisticsFile,
  storeFile,
  storeVersion,
} from './feature-store-files.ts';
import type { FeatureStoreHeader, SkippedImage, StoredImage } from './feature-store-header.ts';
import { beginJournal, type Journal, type JournalLine, resumeJournal, rowDigest } from './feature-store-journal.ts';
import { encodeShardHeader, shardHeaderBytes } from './shard-header.ts';
import { isWholePixels } from './stored-images.ts';
import { precisions, type StoredValues } from './stored-precision.ts';

export interface CreateFeatureStoreOptions {
  /** Maximum bytes per shard. Default 256 MiB: few files for a large catalogue, each easy to copy and read at once. */
  readonly shardBytes?: number;
  /**
   * Resume from a writer with the same header that was closed, killed or cut off. Its rows are read again and checked;
   * rows from the first one that never reached the disk are redone. Default false: its files are removed.
   */
  readonly resume?: boolean;
}

/** Half-precision infinity and NaN have all five exponent bits set. */
const exponentBits = 0x7c00;

interface OpenShard {
  readonly name: string;
  readonly file: FileHandle;
  readonly hash: Hash;
  rows: number;
}

/**
 * Begins a feature store: a folder with safetensors shards (tensor `features` [rows, 74, F]), `index.jsonl` (one line
 * per image: id, productId, shard, row, box, width, height), `statistics.safetensors` (mean and deviation, [F]), and
 * `store.json` (the header, the shards' hashes, the images left out).
 *
 * Everything is written to `<folder>.part`, which `finish` renames, so that a store is complete or absent. An existing
 * store is replaced. Only one writer per folder at a time.
 * @throws KaleidoError when a file cannot be written (for example, a full disk), a feature is infinite or NaN, an id
 *   occurs twice, nothing was appended, or another writer uses the folder
 */
export async function createFeatureStore(
  folder: string,
  header: FeatureStoreHeader,
  { shardBytes = 256 * 1024 * 1024, resume = false }: CreateFeatureStoreOptions = {},
): Promise<FeatureSink> {
  const writer = new FeatureStoreWriter(folder, header, shardBytes);
  await writer.open(resume);
  return writer;
}

class FeatureStoreWriter implements FeatureSink {
  readonly #folder: string;
  readonly #part: string;
  readonly #header: FeatureStoreHeader;
  readonly #shardBytes: number;
  readonly #precision;
  readonly #form;
  readonly #rowBytes: number;
  readonly #rowsPerShard: number;
  readonly #metadata: Readonly<Record<string, string>>;
  readonly #statistics: StatisticsGatherer;
  readonly #shards: ShardEntry[] = [];
  #rows = 0;
  readonly #ids = new Set<string>();
  readonly #skipped: SkippedImage[] = [];
  readonly resumed = new Set<string>();
  resumedSkips = 0;
  #current: OpenShard | undefined;
  #journal: Journal | undefined;
  /** Written continuously, so that only the images' names stay in memory. */
  #index: FileHandle | undefined;
  #lock: FolderLock | undefined;

  constructor(folder: string, header: FeatureStoreHeader, shardBytes: number) {
    const { featureWidth, precision = 'float16' } = header.extractor;
    this.#folder = folder;
    this.#part = `${folder}.part`;
    this.#header = header;
    this.#shardBytes = shardBytes;
    this.#precision = precision;
    this.#form = precisions[precision];
    this.#rowBytes = featureSlotCount * featureWidth * this.#form.bytes;
    this.#rowsPerShard = Math.max(1, Math.floor((shardBytes - shardHeaderBytes) / this.#rowBytes));
    this.#metadata = { format: 'kaleido-features', header: JSON.stringify(header) };
    this.#statistics = new StatisticsGatherer(featureWidth, precision);
    // Refuses settings that do not fit in the header before anything is computed.
    encodeShardHeader(this.#form.dtype, this.#rowsPerShard, featureWidth, this.#metadata);
  }

  async open(resume: boolean): Promise<void> {
    try {
      await this.#begin(resume);
    } catch (error) {
      // Keeps the files for resuming, and lets another writer use the folder.
      await Promise.all([this.#current?.file.close(), this.#index?.close(), this.#journal?.close()]).catch(() => []);
      await this.#lock?.release();
      throw error;
    }
  }

  #begin(resume: boolean): Promise<void> {
    return this.#guarded(async () => {
      this.#lock = await lockFolder(this.#part, { name: lockFile, source: 'kaleido-patches' });
      if (resume) await this.#takeUp();
      if (this.#journal !== undefined) return;
      await this.#clear();
      this.#index = await open(join(this.#part, indexFile), 'w');
      this.#journal = await beginJournal(this.#part, this.#header, this.#shardBytes);
    });
  }

  append(images: readonly StoredImage[], values: StoredValues): Promise<void> {
    return this.#guarded(async () => {
      this.#assertForm(images.length, values);
      const rowLength = this.#rowBytes / this.#form.bytes;
      const rowOf = (index: number) => values.subarray(index * rowLength, (index + 1) * rowLength);
      // All are checked before the first is written: a batch is stored completely or not at all.
      const ids = new Set<string>();
      for (const [index, image] of images.entries()) {
        this.#assertRow(image, rowOf(index), ids);
        ids.add(image.id);
      }
      const lines: JournalLine[] = [];
      for (const [index, image] of images.entries()) {
        const row = rowOf(index);
        this.#ids.add(image.id);
        this.#current ??= await this.#openShard('w');
        const shard = this.#current;
        const bytes = new Uint8Array(row.buffer, row.byteOffset, row.byteLength);
        await shard.file.write(bytes, 0, bytes.length, shardHeaderBytes + shard.rows * bytes.length);
        shard.hash.update(bytes);
        const entry = indexEntry(image, shard.name, shard.rows);
        lines.push({ row: entry, digest: rowDigest(bytes) });
        this.#rows += 1;
        shard.rows += 1;
        if (shard.rows === this.#rowsPerShard) await this.#closeShard();
      }
      this.#statistics.add(values);
      await this.#index?.appendFile(lines.map((line) => ('row' in line ? indexLine(line.row) : '')).join(''));
      // After the rows, so that every row in the journal is in its shard.
      await this.#journal?.write(lines);
    });
  }

  skip(image: SkippedImage): Promise<void> {
    return this.#guarded(async () => {
      this.#skipped.push(image);
      await this.#journal?.write([{ skipped: image }]);
    });
  }

  finish(): Promise<void> {
    return this.#guarded(async () => {
      const skipped = this.#skipped;
      if (this.#rows === 0)
        throw new KaleidoError({
          source: 'kaleido-patches',
          problem: `no image could be prepared for ${this.#folder}`,
          found: skipped.length === 0 ? 'no images' : `${skipped.length} skipped, the first: ${skipped[0]!.reason}`,
          advice: 'check the data set',
        });
      await this.#closeShard();
      const { featureWidth } = this.#header.extractor;
      const { mean, deviation } = this.#statistics.result();
      const tensors = [
        ['mean', float32Tensor(mean, [featureWidth])],
        ['deviation', float32Tensor(deviation, [featureWidth])],
      ] as const;
      const part = this.#part;
      await writeFile(join(part, statisticsFile), encodeSafetensors(tensors));
      await this.#index?.close();
      this.#index = undefined;
      const description: StoreDescription = {
        format: 'kaleido-features',
        version: storeVersion,
        ...this.#header,
        rows: this.#rows,
        shards: this.#shards,
        skipped,
      };
      await writeFile(join(part, storeFile), `${JSON.stringify(description, null, 2)}\n`);
      await this.#journal?.close();
      this.#journal = undefined;
      await rm(this.#folder, { recursive: true, force: true });
      await rename(part, this.#folder);
      // Last: a writer killed before the folder is renamed can still be resumed from the journal.
      await rm(join(this.#folder, journalFile), { force: true });
      await this.#lock?.release(this.#folder);
      this.#lock = undefined;
    });
  }

  async close(): Promise<void> {
    await this.#current?.file.close();
    this.#current = undefined;
    await this.#index?.close();
    this.#index = undefined;
    await this.#journal?.close();
    this.#journal = undefined;
    // Without a row there is nothing to resume from.
    await this.#leave(this.#rows === 0);
  }

  /** Gives up the folder of the unfinished store. Without the lock it belongs to another writer. */
  async #leave(clear: boolean): Promise<void> {
    const lock = this.#lock;
    this.#lock = undefined;
    if (lock === undefined) return;
    try {
      if (clear) await this.#clear();
    } finally {
      await lock.release();
    }
    // Another writer may have taken it in the meantime; then it is not empty.
    if (clear) await rmdir(this.#part).catch(() => undefined);
  }

  /** Removes all files but the lock. */
  async #clear(): Promise<void> {
    for (const name of await readdir(this.#part).catch(() => []))
      if (name !== lockFile) await rm(join(this.#part, name), { recursive: true, force: true });
  }

  async discard(): Promise<void> {
    this.#rows = 0;
    await this.close();
  }

  /** Reads the rows of the journal up to the first missing one, and resumes after them. */
  async #takeUp(): Promise<void> {
    const row = new Uint8Array(this.#rowBytes);
    this.#index = await open(join(this.#part, indexFile), 'w');
    let lines: string[] = [];
    const writeLines = async (): Promise<void> => {
      if (lines.length > 0) await this.#index?.appendFile(lines.join(''));
      lines = [];
    };
    this.#journal = await resumeJournal(this.#part, this.#header, this.#shardBytes, async (line) => {
      if ('skipped' in line) {
        this.#skipped.push(line.skipped);
        this.resumedSkips += 1;
        this.resumed.add(line.skipped.id);
        return true;
      }
      const shard = this.#current ?? (await this.#openShard('r+').catch(() => undefined));
      if (shard === undefined) return false;
      this.#current = shard;
      if (line.row.shard !== shard.name || line.row.row !== shard.rows) return false;
      const { bytesRead } = await shard.file.read(row, 0, row.length, shardHeaderBytes + shard.rows * row.length);
      if (bytesRead < row.length || rowDigest(row) !== line.digest) return false;
      shard.hash.update(row);
      this.#statistics.add(this.#form.view(row.buffer));
      shard.rows += 1;
      lines.push(indexLine(line.row));
      if (lines.length === 1000) await writeLines();
      this.#rows += 1;
      this.#ids.add(line.row.id);
      this.resumed.add(line.row.id);
      if (shard.rows === this.#rowsPerShard) await this.#closeShard();
      return true;
    });
    await writeLines();
    if (this.#journal === undefined) {
      await this.#index.close();
      this.#index = undefined;
      return;
    }
    // Everything after the last valid row is overwritten.
    if (this.#current !== undefined && this.#current.rows === 0) {
      await this.#current.file.close();
      this.#current = undefined;
    }
    await this.#current?.file.truncate(shardHeaderBytes + this.#current.rows * row.length);
  }

  async #openShard(flags: 'w' | 'r+'): Promise<OpenShard> {
    const name = shardFileName(this.#shards.length);
    const file = await open(join(this.#part, name), flags);
    return { name, file, hash: createHash('sha256'), rows: 0 };
  }

  async #closeShard(): Promise<void> {
    if (this.#current === undefined) return;
    const { name, file, hash, rows } = this.#current;
    this.#current = undefined;
    const { featureWidth } = this.#header.extractor;
    const head = encodeShardHeader(this.#form.dtype, rows, featureWidth, this.#metadata);
    await file.write(head, 0, shardHeaderBytes, 0);
    await file.sync();
    await file.close();
    this.#shards.push({ file: name, rows, sha256: hash.digest('hex') });
  }

  #assertForm(images: number, values: StoredValues): void {
    if (values.BYTES_PER_ELEMENT !== this.#form.bytes)
      throw new KaleidoError({
        source: 'kaleido-patches',
        problem: `the feature store ${this.#folder} keeps ${this.#precision}, ${this.#form.bytes} bytes a number`,
        found: values.BYTES_PER_ELEMENT,
        advice: "name the extractor's precision in the header",
      });
    const needed = (images * this.#rowBytes) / this.#form.bytes;
    if (values.length === needed) return;
    throw new KaleidoError({
      source: 'kaleido-patches',
      problem: `${images} images need ${needed} features`,
      found: values.length,
      advice: 'give 74 vectors an image',
    });
  }

  #assertRow({ id, box, width, height }: StoredImage, row: StoredValues, before: ReadonlySet<string>): void {
    if (this.#ids.has(id) || before.has(id))
      throw new KaleidoError({
        source: 'kaleido-patches',
        problem: 'two images of one store have the same id',
        found: id,
        advice: 'give each image an id of its own',
      });
    if (!isWholePixels([box.x0, box.y0, box.x1, box.y1, width, height]))
      throw new KaleidoError({
        source: 'kaleido-patches',
        problem: `the box and the size of image ${id} must be whole pixels`,
        found: { box, width, height },
        advice: 'round what the foreground finder gives',
      });
    if (this.#precision === 'float16' && row.some((value: number) => (value & exponentBits) === exponentBits))
      throw new KaleidoError({
        source: 'kaleido-patches',
        problem: `a feature of image ${id} is NaN or above 65,504, the largest value of half precision`,
        advice: 'check the extractor and its weights',
      });
  }

  async #guarded<Value>(work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (cause) {
      if (KaleidoError.isInstance(cause)) throw cause;
      throw new KaleidoError({
        source: 'kaleido-patches',
        problem: `could not write the feature store ${this.#folder}`,
        found: (cause as NodeJS.ErrnoException).code ?? String(cause),
        advice: 'check the free space and the permissions of its folder',
        cause,
      });
    }
  }
}

function indexLine(entry: IndexEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

function indexEntry(image: StoredImage, shard: string, row: number): IndexEntry {
  const { id, productId, box, width, height, fallback, note } = image;
  const { x0, y0, x1, y1 } = box;
  return {
    id,
    productId,
    shard,
    row,
    box: [x0, y0, x1, y1],
    width,
    height,
    ...(fallback === undefined ? {} : { fallback }),
    ...(note === undefined ? {} : { note }),
  };
}
