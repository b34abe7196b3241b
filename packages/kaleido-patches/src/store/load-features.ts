import { createHash } from 'node:crypto';
import { featureSlotCount, type PositionScale, patchCount, positionWidth } from '@kaleido/layout';
import { damagedStore } from './damaged-store.ts';
import type { ShardEntry } from './feature-store-files.ts';
import type { FeatureStoreHeader } from './feature-store-header.ts';
import { openShard, readFully, storedRowBytes } from './shard-files.ts';
import { shardHeaderBytes } from './shard-header.ts';
import type { SharedFeatureMemory } from './shared-features.ts';
import { type ImageList, storedPositions } from './stored-images.ts';
import { precisions } from './stored-precision.ts';

export interface SharedStoreOptions {
  readonly positionScale: PositionScale;
  /** Which of the 74 vectors of a row are loaded, to save memory; default all. */
  readonly slots?: readonly number[] | undefined;
}

/** Bytes per read: small enough that the disk reads ahead while a chunk is hashed. */
const pieceBytes = 16 * 1024 * 1024;

/** The positions of a row's 55 patches. */
export const positionBytes: number = patchCount * positionWidth * Float32Array.BYTES_PER_ELEMENT;

/** One row from the disk, [74, F]. @throws RangeError for a row that does not exist */
export async function readVectors(
  folder: string,
  header: FeatureStoreHeader,
  shards: readonly ShardEntry[],
  row: number,
): Promise<Float32Array> {
  const { extractor } = header;
  const { view, table } = precisions[extractor.precision ?? 'float16'];
  let first = 0;
  for (const shard of Number.isInteger(row) && row >= 0 ? shards : []) {
    if (row < first + shard.rows) {
      const memory = new Uint8Array(storedRowBytes(header));
      await readSpan(folder, header, shard, (read) => read(memory, (row - first) * memory.length));
      const numbers = table();
      return Float32Array.from(view(memory.buffer), (value) => numbers[value]!); // [74, F]
    }
    first += shard.rows;
  }
  throw new RangeError(`row ${row} of a feature store with ${shards.reduce((sum, { rows }) => sum + rows, 0)}`);
}

/** Loads all rows into memory, and checks their contents against the hashes of the shards. */
export async function loadFeatures(
  folder: string,
  header: FeatureStoreHeader,
  shards: readonly ShardEntry[],
  images: ImageList,
  { positionScale, slots }: SharedStoreOptions,
): Promise<SharedFeatureMemory> {
  const { featureWidth, precision = 'float16' } = header.extractor;
  const rowBytes = storedRowBytes(header);
  const vectorBytes = rowBytes / featureSlotCount;
  const rows = images.length;
  const values = new SharedArrayBuffer(rows * (slots?.length ?? featureSlotCount) * vectorBytes);
  const target = new Uint8Array(values);
  let offset = 0;
  for (const shard of shards)
    await readShard(folder, header, shard, (piece) => {
      if (slots === undefined) {
        target.set(piece, offset);
        offset += piece.length;
        return;
      }
      for (let row = 0; row < piece.length; row += rowBytes)
        for (const slot of slots) {
          const start = row + slot * vectorBytes;
          target.set(piece.subarray(start, start + vectorBytes), offset);
          offset += vectorBytes;
        }
    });
  const positions = new SharedArrayBuffer(rows * positionBytes);
  const view = new Float32Array(positions); // [rows, 55, 5]
  const boxes = new Int32Array(images.boxes);
  for (let row = 0; row < rows; row++)
    view.set(storedPositions(boxes, row, positionScale), row * patchCount * positionWidth);
  const memory = { rows, featureWidth, precision, values, positions };
  return slots === undefined ? memory : { ...memory, slots };
}

/** Passes a shard to `take` in chunks of whole rows; each chunk overwrites the one before. */
async function readShard(
  folder: string,
  header: FeatureStoreHeader,
  shard: ShardEntry,
  take: (rows: Uint8Array) => void,
): Promise<void> {
  const rowBytes = storedRowBytes(header);
  const hash = createHash('sha256');
  const total = shard.rows * rowBytes;
  const memory = new Uint8Array(Math.min(total, rowBytes * Math.max(1, Math.floor(pieceBytes / rowBytes))));
  await readSpan(folder, header, shard, async (read) => {
    for (let start = 0; start < total; start += memory.length) {
      const piece = memory.subarray(0, Math.min(memory.length, total - start));
      await read(piece, start);
      hash.update(piece);
      take(piece);
    }
  });
  if (hash.digest('hex') !== shard.sha256) throw damagedStore(folder, `the contents of ${shard.file} have changed`);
}

/** Opens a shard for reads at positions after its header. */
async function readSpan(
  folder: string,
  header: FeatureStoreHeader,
  shard: ShardEntry,
  use: (read: (target: Uint8Array, position: number) => Promise<void>) => Promise<void>,
): Promise<void> {
  const file = await openShard(folder, header, shard);
  try {
    await use((target, position) => readFully(file, [target], shardHeaderBytes + position));
  } finally {
    await file.close();
  }
}
