import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { decodeSafetensors, float32Values, KaleidoError } from '@kaleido/foundation';
import { featureSlotCount } from '@kaleido/layout';
import { damagedStore } from './damaged-store.ts';
import type { FeatureAccess } from './feature-access.ts';
import { assertMemory, defaultFeatureMemory, fitsMemory } from './feature-memory.ts';
import {
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
} from './feature-store-header.ts';
import { loadFeatures, positionBytes, readVectors, type SharedStoreOptions } from './load-features.ts';
import { readIndex } from './read-index.ts';
import { openShard } from './shard-files.ts';
import type { SharedFeatureMemory } from './shared-features.ts';
import type { StoredImages } from './stored-images.ts';
import { precisions } from './stored-precision.ts';

export interface FeatureStore {
  readonly header: FeatureStoreHeader;
  /** One per row, in order. */
  readonly images: StoredImages;
  /** The images left out when the store was made. */
  readonly skipped: readonly SkippedImage[];
  readonly statistics: FeatureStatistics;
  /** The row of an image; undefined for an unknown id. */
  rowOf(id: string): number | undefined;
  /** The 74 vectors of one row, [74, F], read from the disk. */
  vectors(row: number): Promise<Float32Array>;
  /**
   * The store as a plain value that worker threads open with `openFeatures`: in shared memory if it fits, checked
   * against its hashes; otherwise read from its files on request.
   */
  share(options: ShareOptions): Promise<FeatureAccess>;
  /** The whole store in shared memory, regardless of its size; the contents are checked against their hashes. */
  shared(options: SharedStoreOptions): Promise<SharedFeatureMemory>;
}

export interface ShareOptions extends SharedStoreOptions {
  /**
   * Maximum bytes of features in memory. Larger ones are streamed, and each reader caches up to this many bytes of rows
   * unless it is opened with less; 0 always streams. Default 4 GiB, enough for all recipes of this project.
   */
  readonly memory?: number | undefined;
}

/**
 * Opens a feature store.
 * @param expected the header that the store must have; without it any store is accepted
 * @throws KaleidoError for a folder without a store, one made by another extractor, with other settings or from other
 *   images, and for files that are missing, truncated or altered
 */
export async function openFeatureStore(folder: string, expected?: FeatureStoreHeader): Promise<FeatureStore> {
  const description = await readDescription(folder);
  const header = featureStoreHeader(description);
  if (expected !== undefined) compareHeaders(folder, header, expected);
  const { shards } = description;
  for (const shard of shards) await (await openShard(folder, header, shard)).close();
  const images = await readIndex(folder, description);
  const statistics = await readStatistics(folder, header.extractor.featureWidth);
  return {
    header,
    images,
    skipped: description.skipped,
    statistics,
    rowOf: (id) => images.rowOf(id),
    vectors: (row) => readVectors(folder, header, shards, row),
    shared: (options) => loadFeatures(folder, header, shards, images, options),
    async share({ positionScale, slots, memory = defaultFeatureMemory }) {
      assertMemory(memory);
      const { featureWidth, precision = 'float16' } = header.extractor;
      const rows = images.length;
      const kept = slots && assertSlots(slots);
      const rowBytes = (kept?.length ?? featureSlotCount) * featureWidth * precisions[precision].bytes;
      if (fitsMemory(rows * (rowBytes + positionBytes), memory)) {
        const loaded = await loadFeatures(folder, header, shards, images, { positionScale, slots: kept });
        return { kind: 'resident', rows, featureWidth, memory: loaded };
      }
      return {
        kind: 'streamed',
        rows,
        featureWidth,
        folder: resolve(folder),
        header,
        shards: shards.map(({ file, rows }) => ({ file, rows })),
        ...(kept === undefined ? {} : { slots: kept }),
        positionScale,
        boxes: images.boxes,
        memoryBytes: memory,
      };
    },
  };
}

/** The slots in ascending order, without duplicates. */
function assertSlots(slots: readonly number[]): readonly number[] {
  const wrong = slots.find((slot) => !(Number.isInteger(slot) && slot >= 0 && slot < featureSlotCount));
  if (slots.length === 0 || wrong !== undefined)
    throw new KaleidoError({
      source: 'kaleido-patches',
      problem: `the slots to share must be among 0 to ${featureSlotCount - 1}`,
      found: wrong ?? slots,
      advice: 'leave them out to share all',
    });
  return [...new Set(slots)].sort((a, b) => a - b);
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
    throw damagedStore(folder, `${storeFile} is not JSON`, undefined, cause);
  }
  if (description?.format !== 'kaleido-features') throw damagedStore(folder, `${storeFile} describes something else`);
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
    !shards.every(isShardEntry) ||
    !Array.isArray(skipped) ||
    shards.reduce((sum, shard) => sum + shard.rows, 0) !== rows
  )
    throw damagedStore(folder, `${storeFile} is not complete`);
  return description as StoreDescription;
}

function isShardEntry(shard: Partial<ShardEntry> | null): shard is ShardEntry {
  return typeof shard?.file === 'string' && Number.isSafeInteger(shard.rows) && (shard.rows as number) > 0;
}

/** Throws an error that names the first difference. */
function compareHeaders(folder: string, found: FeatureStoreHeader, expected: FeatureStoreHeader): void {
  for (const [name, have, want] of [
    ['extractor', found.extractor, expected.extractor],
    ['foreground finder', found.foreground, expected.foreground],
    ['source', found.source, expected.source],
  ] as const) {
    // Through JSON, because the stored header was JSON too.
    if (isDeepStrictEqual(have, JSON.parse(JSON.stringify(want)))) continue;
    throw new KaleidoError({
      source: 'kaleido-patches',
      problem: `the feature store ${folder} was made with another ${name} than ${JSON.stringify(want)}`,
      found: have,
      advice: 'prepare the features again, or go back to the settings of the store',
    });
  }
}

async function readStatistics(folder: string, featureWidth: number): Promise<FeatureStatistics> {
  const bytes = await readFile(join(folder, statisticsFile)).catch((cause: NodeJS.ErrnoException) => {
    throw damagedStore(folder, `cannot read ${statisticsFile}`, cause.code, cause);
  });
  const { tensors } = decodeSafetensors(bytes, join(folder, statisticsFile));
  const values = (name: string): Float32Array => {
    const tensor = tensors.get(name);
    if (tensor?.shape.length !== 1 || tensor.shape[0] !== featureWidth)
      throw damagedStore(folder, `${statisticsFile} has no "${name}" of ${featureWidth} numbers`, tensor?.shape);
    return float32Values(tensor, name);
  };
  return { mean: values('mean'), deviation: values('deviation') };
}
