import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { decodeSafetensors, float32Values, KaleidoError } from '@kaleido/foundation';
import { featureSlotCount, type PositionScale, patchCount, positionWidth } from '@kaleido/layout';
import { kaleidoPatches } from '../kaleido-patches.ts';
import { patchPositions } from '../patch-positions.ts';
import {
  type IndexEntry,
  indexFile,
  type ShardEntry,
  type StoreDescription,
  statisticsFile,
  storeFile,
  storeVersion,
} from './feature-store-files.ts';
import {
  type FeatureStatistics,
  type FeatureStoreHeader,
  featureStoreHeader,
  type SkippedImage,
  type StoredImage,
} from './feature-store-header.ts';
import { isShardHeader, shardHeaderBytes } from './shard-header.ts';
import type { SharedFeatureMemory } from './shared-features.ts';
import { precisions } from './stored-precision.ts';

export interface FeatureStore {
  readonly header: FeatureStoreHeader;
  /** One entry a row, in order. */
  readonly images: readonly StoredImage[];
  /** The images that were left out when the store was made. */
  readonly skipped: readonly SkippedImage[];
  readonly statistics: FeatureStatistics;
  /** The row of an image; undefined for an unknown id. */
  rowOf(id: string): number | undefined;
  /** The 74 vectors of one row, [74, F], read from the disk. */
  vectors(row: number): Promise<Float32Array>;
  /** The whole store in memory that worker threads can share; the contents are checked against their hashes. */
  shared(options: SharedStoreOptions): Promise<SharedFeatureMemory>;
}

interface SharedStoreOptions {
  readonly positionScale: PositionScale;
  /** Which of the 74 vectors of a row are kept, to spare memory where few are looked at; all of them where left out. */
  readonly slots?: readonly number[] | undefined;
}

interface Place {
  readonly shard: ShardEntry;
  readonly row: number;
}

/** Read in pieces of this size, so that hashing one goes on while the disk is not far ahead. */
const pieceBytes = 16 * 1024 * 1024;

/**
 * Opens a feature store.
 * @param expected the header that the features must have been made under; without it any store is taken
 * @throws KaleidoError for a folder that holds no store, one made by another extractor, other settings or from other
 *   images, and for files that are missing, cut or altered
 */
export async function openFeatureStore(folder: string, expected?: FeatureStoreHeader): Promise<FeatureStore> {
  const description = await readDescription(folder);
  const header = featureStoreHeader(description);
  if (expected !== undefined) compareHeaders(folder, header, expected);
  const { featureWidth, precision = 'float16' } = header.extractor;
  const { dtype, bytes, view: valuesIn, table: numbers } = precisions[precision];
  const rowBytes = featureSlotCount * featureWidth * bytes;
  for (const shard of description.shards) await checkShard(folder, shard, dtype, rowBytes, featureWidth);
  const { images, places } = await readIndex(folder, description);
  const rowsById = new Map(images.map(({ id }, row) => [id, row]));
  const statistics = await readStatistics(folder, featureWidth);

  return {
    header,
    images,
    skipped: description.skipped,
    statistics,
    rowOf: (id) => rowsById.get(id),
    async vectors(row) {
      const place = places[row];
      if (place === undefined) throw new RangeError(`row ${row} of a feature store with ${places.length}`);
      const memory = new Uint8Array(rowBytes);
      await withShard(folder, place.shard.file, (file) =>
        readFully(file, memory, shardHeaderBytes + place.row * rowBytes),
      );
      const table = numbers();
      return Float32Array.from(valuesIn(memory.buffer), (value) => table[value]!); // [74, F]
    },
    async shared({ positionScale, slots }) {
      const vectorBytes = featureWidth * bytes;
      const keptBytes = (slots?.length ?? featureSlotCount) * vectorBytes;
      const values = new SharedArrayBuffer(places.length * keptBytes);
      const target = new Uint8Array(values);
      let offset = 0;
      for (const shard of description.shards)
        await readShard(folder, shard, rowBytes, (rows) => {
          if (slots === undefined) {
            target.set(rows, offset);
            offset += rows.length;
            return;
          }
          for (let row = 0; row < rows.length; row += rowBytes)
            for (const slot of slots) {
              const start = row + slot * vectorBytes;
              target.set(rows.subarray(start, start + vectorBytes), offset);
              offset += vectorBytes;
            }
        });
      const perRow = patchCount * positionWidth;
      const positions = new SharedArrayBuffer(places.length * perRow * 4);
      const view = new Float32Array(positions); // [rows, 55, 5]
      for (const [row, image] of images.entries())
        view.set(patchPositions(kaleidoPatches(image.box, image), image, positionScale), row * perRow);
      const memory = { rows: places.length, featureWidth, precision, values, positions, statistics };
      return slots === undefined ? memory : { ...memory, slots };
    },
  };
}

function damaged(folder: string, problem: string, found?: unknown, cause?: unknown): KaleidoError {
  return new KaleidoError({
    source: 'kaleido-patches',
    problem: `the feature store ${folder} is damaged: ${problem}`,
    ...(found === undefined ? {} : { found }),
    advice: 'delete the folder and prepare the features again',
    ...(cause === undefined ? {} : { cause }),
  });
}

async function readDescription(folder: string): Promise<StoreDescription> {
  const path = join(folder, storeFile);
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new KaleidoError({
      source: 'kaleido-patches',
      problem: `${folder} is no feature store: cannot read ${storeFile}`,
      found: cause.code ?? cause.message,
      advice: 'prepare the features first',
      cause,
    });
  });
  let description: Partial<StoreDescription> | null;
  try {
    description = JSON.parse(text) as Partial<StoreDescription> | null;
  } catch (cause) {
    throw damaged(folder, `${storeFile} is not JSON`, undefined, cause);
  }
  if (description?.format !== 'kaleido-features') throw damaged(folder, `${storeFile} describes something else`);
  if (description.version !== storeVersion)
    throw new KaleidoError({
      source: 'kaleido-patches',
      problem: `the feature store ${folder} has layout version ${description.version}, this program reads ${storeVersion}`,
      advice: 'delete the folder and prepare the features again',
    });
  const { extractor, foreground, shards, skipped, rows } = description;
  if (
    !Number.isSafeInteger(extractor?.featureWidth) ||
    !Object.hasOwn(precisions, extractor?.precision ?? 'float16') ||
    foreground === undefined ||
    !Array.isArray(shards) ||
    !Array.isArray(skipped) ||
    shards.reduce((sum, shard) => sum + shard.rows, 0) !== rows
  )
    throw damaged(folder, `${storeFile} is not complete`);
  return description as StoreDescription;
}

/** Names the first thing that differs, which is what the reader must change. */
function compareHeaders(folder: string, found: FeatureStoreHeader, expected: FeatureStoreHeader): void {
  for (const [name, have, want] of [
    ['extractor', found.extractor, expected.extractor],
    ['foreground finder', found.foreground, expected.foreground],
    ['source', found.source, expected.source],
  ] as const) {
    // Through JSON, because that is the form the stored one came in.
    if (isDeepStrictEqual(have, JSON.parse(JSON.stringify(want)))) continue;
    throw new KaleidoError({
      source: 'kaleido-patches',
      problem: `the feature store ${folder} was made with another ${name} than ${JSON.stringify(want)}`,
      found: have,
      advice: 'prepare the features again, or go back to the settings of the store',
    });
  }
}

async function checkShard(
  folder: string,
  shard: ShardEntry,
  dtype: 'F16' | 'U8',
  rowBytes: number,
  featureWidth: number,
): Promise<void> {
  await withShard(folder, shard.file, async (file) => {
    const { size } = await file.stat();
    const expected = shardHeaderBytes + shard.rows * rowBytes;
    if (size !== expected) throw damaged(folder, `${shard.file} must have ${expected} bytes`, size);
    const head = new Uint8Array(shardHeaderBytes);
    await readFully(file, head, 0);
    if (!isShardHeader(head, dtype, shard.rows, featureWidth))
      throw damaged(folder, `the head of ${shard.file} does not fit ${storeFile}`);
  });
}

/** Hands over a shard some whole rows at a time; what is handed over is overwritten by the next. */
async function readShard(
  folder: string,
  shard: ShardEntry,
  rowBytes: number,
  take: (rows: Uint8Array) => void,
): Promise<void> {
  const hash = createHash('sha256');
  const total = shard.rows * rowBytes;
  const memory = new Uint8Array(Math.min(total, rowBytes * Math.max(1, Math.floor(pieceBytes / rowBytes))));
  await withShard(folder, shard.file, async (file) => {
    for (let start = 0; start < total; start += memory.length) {
      const piece = memory.subarray(0, Math.min(memory.length, total - start));
      await readFully(file, piece, shardHeaderBytes + start);
      hash.update(piece);
      take(piece);
    }
  });
  if (hash.digest('hex') !== shard.sha256) throw damaged(folder, `the contents of ${shard.file} have changed`);
}

async function withShard<Value>(
  folder: string,
  name: string,
  use: (file: FileHandle) => Promise<Value>,
): Promise<Value> {
  const file = await open(join(folder, name)).catch((cause: NodeJS.ErrnoException) => {
    throw damaged(folder, `cannot open ${name}`, cause.code, cause);
  });
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

async function readFully(file: FileHandle, target: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < target.length) {
    const { bytesRead } = await file.read(target, done, target.length - done, position + done);
    if (bytesRead === 0) throw new RangeError('a shard ended while it was read');
    done += bytesRead;
  }
}

async function readIndex(
  folder: string,
  description: StoreDescription,
): Promise<{ images: readonly StoredImage[]; places: readonly Place[] }> {
  const text = await readFile(join(folder, indexFile), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw damaged(folder, `cannot read ${indexFile}`, cause.code, cause);
  });
  const places = description.shards.flatMap((shard) =>
    Array.from({ length: shard.rows }, (_, row) => ({ shard, row })),
  );
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines.length !== places.length)
    throw damaged(folder, `${indexFile} must have ${places.length} lines`, lines.length);
  const images = lines.map((line, number): StoredImage => {
    const place = places[number]!;
    let entry: IndexEntry;
    try {
      entry = JSON.parse(line);
    } catch (cause) {
      throw damaged(folder, `line ${number + 1} of ${indexFile} is not JSON`, undefined, cause);
    }
    if (entry.shard !== place.shard.file || entry.row !== place.row || entry.box?.length !== 4)
      throw damaged(folder, `line ${number + 1} of ${indexFile} does not fit ${storeFile}`);
    const { id, productId, width, height, fallback, note } = entry;
    const [x0, y0, x1, y1] = entry.box;
    return {
      id,
      productId,
      box: { x0, y0, x1, y1 },
      width,
      height,
      ...(fallback === undefined ? {} : { fallback }),
      ...(note === undefined ? {} : { note }),
    };
  });
  return { images, places };
}

async function readStatistics(folder: string, featureWidth: number): Promise<FeatureStatistics> {
  const bytes = await readFile(join(folder, statisticsFile)).catch((cause: NodeJS.ErrnoException) => {
    throw damaged(folder, `cannot read ${statisticsFile}`, cause.code, cause);
  });
  const { tensors } = decodeSafetensors(bytes, join(folder, statisticsFile));
  const values = (name: string): Float32Array => {
    const tensor = tensors.get(name);
    if (tensor?.shape.length !== 1 || tensor.shape[0] !== featureWidth)
      throw damaged(folder, `${statisticsFile} has no "${name}" of ${featureWidth} numbers`, tensor?.shape);
    return float32Values(tensor, name);
  };
  return { mean: values('mean'), deviation: values('deviation') };
}
