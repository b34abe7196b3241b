import type { FeatureSink } from './feature-sink.ts';
import type { SkippedImage } from './feature-store-header.ts';
import { type PreparedBatch, type PrepareSteps, prepareBatch, type SourceImage } from './prepare-batch.ts';

export interface PrepareProgress {
  readonly prepared: number;
  readonly skipped: number;
}

export interface PrepareListeners {
  readonly onProgress?: (progress: PrepareProgress) => void;
  readonly onSkipped?: (skipped: SkippedImage) => void;
  /** Ends the preparation between two batches; nothing of it stays. */
  readonly signal?: AbortSignal;
}

export interface PrepareFeaturesOptions extends PrepareSteps, PrepareListeners {
  readonly source: AsyncIterable<SourceImage> | Iterable<SourceImage>;
  readonly writer: FeatureSink;
}

export interface PrepareResult {
  readonly prepared: number;
  readonly skipped: readonly SkippedImage[];
}

/**
 * Images at a time. Enough to spread the cost of a message to a worker, few enough to show progress; the features do
 * not depend on it.
 */
export const imagesPerBatch = 8;

/**
 * Prepares every image of a source and finishes the writer. A broken image is skipped, counted and named;
 * any other error discards what was written and is thrown on.
 */
export async function prepareFeatures(options: PrepareFeaturesOptions): Promise<PrepareResult> {
  async function* prepared(): AsyncGenerator<PreparedBatch> {
    for await (const batch of batches(options.source)) yield await prepareBatch(batch, options);
  }
  return storeBatches(prepared(), options.writer, options);
}

/** Writes prepared batches in their order, tells the listeners, and finishes or discards the writer. */
export async function storeBatches(
  prepared: AsyncIterable<PreparedBatch>,
  writer: FeatureSink,
  { onProgress, onSkipped, signal }: PrepareListeners,
): Promise<PrepareResult> {
  const skipped: SkippedImage[] = [];
  let count = 0;
  try {
    signal?.throwIfAborted();
    for await (const batch of prepared) {
      signal?.throwIfAborted();
      await writer.append(batch.images, batch.values);
      count += batch.images.length;
      for (const image of batch.skipped) {
        skipped.push(image);
        writer.skip(image);
        onSkipped?.(image);
      }
      onProgress?.({ prepared: count, skipped: skipped.length });
    }
    await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
  return { prepared: count, skipped };
}

export async function* batches(
  source: AsyncIterable<SourceImage> | Iterable<SourceImage>,
): AsyncGenerator<readonly SourceImage[]> {
  let batch: SourceImage[] = [];
  for await (const image of source) {
    batch.push(image);
    if (batch.length < imagesPerBatch) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
