import { KaleidoError } from '@kaleido/foundation';
import { type FeatureReader, type FeatureTable, featureSlotCount } from '@kaleido/layout';
import { damagedStore } from './damaged-store.ts';
import type { StreamedFeatureAccess } from './feature-access.ts';
import { planReads, type RowPiece, slotPieces, type WantedRow } from './plan-reads.ts';
import { RowCache } from './row-cache.ts';
import { ShardFiles, type ShardRead, storedRowBytes } from './shard-files.ts';
import { slotPlaces } from './shared-features.ts';
import { storedPositions } from './stored-images.ts';
import { precisions, type StoredValues } from './stored-precision.ts';

/** Statistics of a reader since it was opened. */
export interface FeatureReading {
  /** Rows requested, each once per `load`. */
  readonly rowsAsked: number;
  /** Requested rows that were not in memory. */
  readonly rowsRead: number;
  /** Reads of files, and their bytes. */
  readonly reads: number;
  readonly bytesRead: number;
  /** Cached rows, and their bytes. Rows held only by a table are not counted. */
  readonly rowsKept: number;
  readonly bytesKept: number;
  readonly openFiles: number;
}

export interface StoreFeatureReader extends FeatureReader {
  /** All zero for resident features: nothing is read. */
  readonly reading: FeatureReading;
  close(): Promise<void>;
}

/** Parallel reads of one `load`: as many as Node has threads for files. */
const readsAtOnce = 4;

/** Memory of a row in addition to its bytes: its object, its buffer's header and its entry in the map. */
const rowOverhead = 512;

/** Features read from the store's files on request; the most recently used rows stay in memory. */
export class FeatureStream implements StoreFeatureReader {
  readonly rows: number;
  readonly featureWidth: number;
  readonly #access: StreamedFeatureAccess;
  readonly #files: ShardFiles;
  readonly #cache: RowCache<StoredValues>;
  /** Rows that are being read. */
  readonly #coming = new Map<number, Promise<StoredValues>>();
  readonly #firstRows: readonly number[];
  readonly #storeRowBytes: number;
  readonly #rowBytes: number;
  readonly #pieces: readonly RowPiece[];
  readonly #boxes: Int32Array;
  readonly #form;
  readonly #numbers: Float32Array;
  readonly #placeOf: (slot: number) => number;
  readonly #counts = { rowsAsked: 0, rowsRead: 0, reads: 0, bytesRead: 0 };
  #closed = false;

  constructor(access: StreamedFeatureAccess, memory: number) {
    const { folder, header, shards, slots, featureWidth } = access;
    this.#access = access;
    this.rows = access.rows;
    this.featureWidth = featureWidth;
    this.#files = new ShardFiles(folder, header, shards);
    this.#form = precisions[header.extractor.precision ?? 'float16'];
    this.#numbers = this.#form.table();
    this.#storeRowBytes = storedRowBytes(header);
    const vectorBytes = featureWidth * this.#form.bytes;
    this.#rowBytes = (slots?.length ?? featureSlotCount) * vectorBytes;
    this.#pieces = slots ? slotPieces(slots, vectorBytes) : [{ start: 0, length: this.#rowBytes, to: 0 }];
    this.#placeOf = slotPlaces(slots);
    this.#cache = new RowCache(memory, this.#rowBytes + rowOverhead);
    this.#boxes = new Int32Array(access.boxes);
    let first = 0;
    this.#firstRows = shards.map(({ rows }) => {
      first += rows;
      return first - rows;
    });
  }

  get reading(): FeatureReading {
    const rowsKept = this.#cache.size;
    const bytesKept = rowsKept * (this.#rowBytes + rowOverhead);
    return { ...this.#counts, rowsKept, bytesKept, openFiles: this.#files.openFiles };
  }

  async load(rows: ArrayLike<number>): Promise<FeatureTable> {
    if (this.#closed)
      throw new KaleidoError({
        source: 'kaleido-patches',
        problem: `the features of ${this.#access.folder} were read after their reader was closed`,
        advice: 'open them again',
      });
    const held = new Map<number, StoredValues>();
    const missing = new Set<number>();
    const coming: Promise<unknown>[] = [];
    for (const row of new Set(Array.from(rows, (row) => this.#storeRow(row)))) {
      const known = this.#cache.get(row);
      const soon = this.#coming.get(row);
      if (known !== undefined) held.set(row, known);
      else if (soon !== undefined) coming.push(soon.then((values) => held.set(row, values)));
      else missing.add(row);
      this.#counts.rowsAsked += 1;
    }
    if (missing.size > 0) {
      const read = this.#read([...missing]);
      for (const row of missing) {
        const one = read.then((found) => found.get(row) as StoredValues);
        this.#coming.set(row, one);
        coming.push(one.then((values) => held.set(row, values)));
      }
      coming.push(
        read.finally(() => {
          for (const row of missing) this.#coming.delete(row);
        }),
      );
    }
    await Promise.all(coming);
    return this.#table(held);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#coming.values());
    this.#cache.clear();
    await this.#files.close();
  }

  /** The row of the store. */
  #storeRow(row: number): number {
    if (!(Number.isInteger(row) && row >= 0 && row < this.rows))
      throw new RangeError(`row ${row} of features with ${this.rows} rows`);
    return this.#access.order?.[row] ?? row;
  }

  async #read(rows: readonly number[]): Promise<ReadonlyMap<number, StoredValues>> {
    const memory = new Map(rows.map((row) => [row, rowMemory(this.#rowBytes)]));
    const wanted = rows.map((row): WantedRow => {
      const shard = this.#shardOf(row);
      return { shard, row: row - this.#firstRows[shard]!, memory: memory.get(row)! };
    });
    const reads = planReads(wanted, this.#pieces, this.#storeRowBytes);
    let next = 0;
    const reader = async (): Promise<void> => {
      for (let read = reads[next++]; read !== undefined; read = reads[next++]) {
        await this.#files.read(read);
        this.#counts.reads += 1;
        this.#counts.bytesRead += bytesOf(read);
      }
    };
    // Waits for all reads before it throws the first error, so that none continues in the background.
    const ends = await Promise.allSettled(Array.from({ length: readsAtOnce }, reader));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    const found = new Map<number, StoredValues>();
    for (const [row, { buffer }] of memory) {
      if (this.#form.bytes === 2 && !allFinite(buffer))
        throw damagedStore(this.#access.folder, `a feature of row ${row} is NaN or infinite`);
      const values = this.#form.view(buffer);
      found.set(row, values);
      this.#cache.set(row, values);
    }
    this.#counts.rowsRead += rows.length;
    return found;
  }

  #shardOf(row: number): number {
    let [low, high] = [0, this.#firstRows.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#firstRows[middle]! <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #table(held: ReadonlyMap<number, StoredValues>): FeatureTable {
    const F = this.featureWidth;
    const numbers = this.#numbers;
    const placeOf = this.#placeOf;
    const valuesOf = (row: number): StoredValues => {
      const values = held.get(this.#storeRow(row));
      if (values === undefined) throw new RangeError(`row ${row} was not loaded`);
      return values;
    };
    return {
      rows: this.rows,
      featureWidth: F,
      copy(row, slots, target, offset = 0) {
        const values = valuesOf(row);
        let to = offset;
        for (const slot of slots) {
          const from = placeOf(slot) * F;
          for (let i = 0; i < F; i++) target[to + i] = numbers[values[from + i]!]!;
          to += F;
        }
      },
      positions: (row) => {
        valuesOf(row);
        return storedPositions(this.#boxes, this.#storeRow(row), this.#access.positionScale);
      },
    };
  }
}

function bytesOf({ parts }: ShardRead): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** Uninitialised memory for a row, in whole 32-bit words for `allFinite`. */
function rowMemory(bytes: number): Buffer<ArrayBuffer> {
  return Buffer.allocUnsafeSlow(Math.ceil(bytes / 4) * 4).fill(0, bytes);
}

/**
 * Whether no half-precision number is NaN or infinite. Those have all five exponent bits set, so adding one to the
 * exponent carries into the sign bit. Checks two numbers at a time, without a branch: rows are large.
 */
function allFinite(memory: ArrayBufferLike): boolean {
  const words = new Int32Array(memory);
  let carried = 0;
  for (let i = 0; i < words.length; i++) carried |= (words[i]! & 0x7fff7fff) + 0x04000400;
  return (carried & 0x80008000) === 0;
}
