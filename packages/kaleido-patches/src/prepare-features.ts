import { type PreparedBatch, type PrepareSteps, prepareBatch, type SourceImage } from './prepare-batch.ts';
import type { FeatureSink } from './store/feature-sink.ts';
import type { SkippedImage } from './store/feature-store-header.ts';

export interface PrepareProgress {
  /** Images with vectors, those of an earlier writer among them. */
  readonly prepared: number;
  /** Images left out, those of an earlier writer among them. */
  readonly skipped: number;
  /** Of both, those that an earlier writer had left. */
  readonly resumed: number;
  /** Images whose object was not found, of those prepared now: the whole picture was taken. */
  readonly fallbacks: number;
  /** Images decoded although something is wrong with their files, of those prepared now; the store has the notes. */
  readonly noted: number;
}

export interface PrepareListeners {
  readonly onProgress?: (progress: PrepareProgress) => void;
  readonly onSkipped?: (skipped: SkippedImage) => void;
  /** Ends the preparation between two batches; the writer is closed, so that another may go on. */
  readonly signal?: AbortSignal;
}

export interface PrepareFeaturesOptions extends PrepareSteps, PrepareListeners {
  readonly source: AsyncIterable<SourceImage> | Iterable<SourceImage>;
  readonly writer: FeatureSink;
}

export interface PrepareResult extends Omit<PrepareProgress, 'skipped'> {
  /** What was left out now, and why; the store names all. */
  readonly skipped: readonly SkippedImage[];
}

/**
 * Images at a time. Enough to spread the cost of a message to a worker, few enough to show progress; the features do
 * not depend on it.
 */
const imagesPerBatch = 8;

/**
 * Prepares every image of a source that the writer does not have yet, and finishes the writer. A broken image is skipped,
 * counted and named; any other error closes the writer, which a later one may go on from, and is thrown on.
 */
export async function prepareFeatures(options: PrepareFeaturesOptions): Promise<PrepareResult> {
  async function* prepared(): AsyncGenerator<PreparedBatch> {
    for await (const batch of batches(options.source, options.writer.resumed)) yield await prepareBatch(batch, options);
  }
  return storeBatches(prepared(), options.writer, options);
}

/** Writes prepared batches in their order, tells the listeners, and finishes the writer; on an error closes it. */
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

/** The images of a source that are not among those already there, a few at a time. */
export async function* batches(
  source: AsyncIterable<SourceImage> | Iterable<SourceImage>,
  there: ReadonlySet<string>,
): AsyncGenerator<readonly SourceImage[]> {
  // Each is passed over once: a second image of that id must be seen by the writer, which refuses it.
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
