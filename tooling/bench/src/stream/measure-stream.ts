import { type FeatureReading, openFeatureStore, openFeatures } from '@kaleido/kaleido-patches/node';
import { median } from '../time-runs.ts';
import { type ReadBatchesOptions, readBatches } from './read-batches.ts';

export interface StreamFigures extends FeatureReading {
  readonly kind: 'resident' | 'streamed';
  readonly products: number;
  readonly featureWidth: number;
  /** Seconds to open and to share the store. */
  readonly openSeconds: number;
  readonly shareSeconds: number;
  /** Increase of the process's resident bytes since before the store was opened. */
  readonly bytesOpen: number;
  readonly bytesShared: number;
  readonly bytesPeak: number;
  /** Milliseconds per step: waiting for rows (median, mean and maximum), and copying them into a batch (median). */
  readonly waited: { readonly median: number; readonly mean: number; readonly most: number };
  readonly copied: number;
}

/** Opens a store with a limit on feature memory, reads random batches from it, and reports time and memory. */
export async function measureStream(
  folder: string,
  memory: number,
  options: Omit<ReadBatchesOptions, 'onStep'>,
): Promise<StreamFigures> {
  const resident = (): number => process.memoryUsage.rss();
  const base = resident();
  const start = performance.now();
  const store = await openFeatureStore(folder);
  const opened = performance.now();
  const bytesOpen = resident() - base;
  const access = await store.share({ positionScale: 'unit', memory });
  const shared = performance.now();
  const reader = await openFeatures(access);
  const bytesShared = resident() - base;
  let bytesPeak = bytesShared;
  const { waited, copied } = await readBatches(reader, {
    ...options,
    onStep: () => {
      bytesPeak = Math.max(bytesPeak, resident() - base);
    },
  });
  const { reading } = reader;
  await reader.close();
  return {
    kind: access.kind,
    products: access.rows,
    featureWidth: access.featureWidth,
    openSeconds: (opened - start) / 1000,
    shareSeconds: (shared - opened) / 1000,
    bytesOpen,
    bytesShared,
    bytesPeak,
    waited: {
      median: median(waited),
      mean: waited.reduce((sum, value) => sum + value, 0) / waited.length,
      most: Math.max(...waited),
    },
    copied: median(copied),
    ...reading,
  };
}
