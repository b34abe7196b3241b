import { type PreparedBatch, type PrepareSteps, prepareBatch, type SourceImage } from './prepare-batch.ts';
import type { FeatureSink } from './store/feature-sink.ts';
import type { SkippedImage } from './store/feature-store-header.ts';

export interface PrepareProgress {
  /** Images with vectors, including those of an earlier writer. */
  readonly prepared: number;
  /** Images left out, including those of an earlier writer. */
  readonly skipped: number;
  /** How many of both came from an earlier writer. */
  readonly resumed: number;
  /** Images prepared now whose object was not found: the whole picture was taken. */
  readonly fallbacks: number;
  /** Images prepared now that were decoded despite errors in their files; the store has the notes. */
  readonly noted: number;
}

export interface PrepareListeners {
  readonly onProgress?: (progress: PrepareProgress) => void;
  readonly onSkipped?: (skipped: SkippedImage) => void;
  /** Stops the preparation between two batches. The writer is closed, so that another can resume. */
  readonly signal?: AbortSignal;
}

export interface PrepareFeaturesOptions extends PrepareSteps, PrepareListeners {
  readonly source: AsyncIterable<SourceImage> | Iterable<SourceImage>;
  readonly writer: FeatureSink;
}

export interface PrepareResult extends Omit<PrepareProgress, 'skipped'> {
  /** Images left out now, and why; the store lists all. */
  readonly skipped: readonly SkippedImage[];
}

/**
 * Images per batch: enough to spread the cost of a message to a worker, few enough to show progress. The features do
 * not depend on it.
 */
const imagesPerBatch = 8;

/**
 * Prepares every image of a source that the writer does not have yet, and finishes the writer. A broken image is
 * skipped, counted and named. Any other error is rethrown after the writer is closed, so that a later one can resume.
 */
export async function prepareFeatures(options: PrepareFeaturesOptions): Promise<PrepareResult> {
  async function* prepared(): AsyncGenerator<PreparedBatch> {
    for await (const batch of batches(options.source, options.writer.resumed)) yield await prepareBatch(batch, options);
  }
  return storeBatches(prepared(), options.writer, options);
}

/** Writes prepared batches in order, reports progress, and finishes the writer; closes it on an error. */
export async function storeBatches(
  prepared: AsyncIterable<PreparedBatch>,
  writer: FeatureSink,
  { onProgress, onSkipped, signal }: PrepareListeners,
): Promise<PrepareResult> {
  const skipped: SkippedImage[] = [];
  const resumed = writer.resumed.size;
  let count = writer.resumed.size - writer.resumedSkips;
  let fallbacks = 0;
  let noted = 0;
  const progress = (): PrepareProgress => ({
    prepared: count,
    skipped: writer.resumedSkips + skipped.length,
    resumed,
    fallbacks,
    noted,
  });
  try {
    signal?.throwIfAborted();
    for await (const batch of prepared) {
      signal?.throwIfAborted();
      await writer.append(batch.images, batch.values);
      count += batch.images.length;
      fallbacks += batch.images.filter(({ fallback }) => fallback !== undefined).length;
      noted += batch.images.filter(({ note }) => note !== undefined).length;
      for (const image of batch.skipped) {
        skipped.push(image);
        await writer.skip(image);
        onSkipped?.(image);
      }
      onProgress?.(progress());
    }
    await writer.finish();
  } catch (error) {
    await writer.close();
    throw error;
  }
  return { ...progress(), skipped };
}

/** The images of a source that are not stored yet, in batches. */
export async function* batches(
  source: AsyncIterable<SourceImage> | Iterable<SourceImage>,
  there: ReadonlySet<string>,
): AsyncGenerator<readonly SourceImage[]> {
  // Each id is skipped only once: the writer must see a second image with that id, to refuse it.
  const left = new Set(there);
  let batch: SourceImage[] = [];
  for await (const image of source) {
    if (left.delete(image.id)) continue;
    batch.push(image);
    if (batch.length < imagesPerBatch) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
