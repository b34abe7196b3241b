import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Backend, tf } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import { builtModule } from '@kaleido/foundation/node';
import { createExtractor } from './extractors/create-extractor.ts';
import { type ExtractorDescription, needsBackend } from './extractors/extractor-description.ts';
import { createForegroundFinder } from './foreground/create-foreground-finder.ts';
import { type ForegroundDescription, foregroundNeedsBackend } from './foreground/foreground-description.ts';
import { decodeImage } from './image/decode-image.ts';
import type { PreparedBatch, SourceImage } from './prepare-batch.ts';
import {
  batches,
  type PrepareListeners,
  type PrepareResult,
  prepareFeatures,
  storeBatches,
} from './prepare-features.ts';
import type { PrepareAnswer, PrepareWorkerData } from './prepare-messages.ts';
import type { FeatureSink } from './store/feature-sink.ts';

export interface PrepareFeaturesParallelOptions extends PrepareListeners {
  readonly source: AsyncIterable<SourceImage> | Iterable<SourceImage>;
  readonly writer: FeatureSink;
  readonly extractor: ExtractorDescription;
  readonly foreground: ForegroundDescription;
  /**
   * Worker threads; 1 runs on the calling thread, unless a network must run on another backend than the selected one.
   * Default: one per core. Each holds its own copy of the network and its feature maps (about 100 MB).
   */
  readonly threads?: number;
  /** Backend of each worker. Default `wasm`, which has one thread per worker and the same result everywhere. */
  readonly backend?: Backend;
}

/** Batches queued per worker: one in progress and one waiting, so that it is never idle. */
const batchesPerWorker = 2;

const workerScript = builtModule('prepare-worker', import.meta.url);

/**
 * As `prepareFeatures`, spread over worker threads. The rows are in the order of the source, with the same bits for any
 * number of threads.
 * @throws KaleidoError for what the extractor refuses, and for a worker that ends early
 */
export async function prepareFeaturesParallel(options: PrepareFeaturesParallelOptions): Promise<PrepareResult> {
  const { source, writer, threads = availableParallelism(), backend = 'wasm' } = options;
  const computes = needsBackend(options.extractor) || foregroundNeedsBackend(options.foreground);
  if (threads <= 1 && (!computes || tf.getBackend() === backend)) {
    const extractor = await createExtractor(options.extractor);
    const foreground = await createForegroundFinder(options.foreground);
    try {
      return await prepareFeatures({ ...options, decode: decodeImage, foreground, extractor });
    } finally {
      extractor.dispose();
      foreground.dispose?.();
    }
  }
  const data: PrepareWorkerData = { extractor: options.extractor, foreground: options.foreground, backend };
  return storeBatches(prepareOnWorkers(source, writer.resumed, Math.max(1, threads), data), writer, options);
}

async function* prepareOnWorkers(
  source: PrepareFeaturesParallelOptions['source'],
  there: ReadonlySet<string>,
  threads: number,
  data: PrepareWorkerData,
): AsyncGenerator<PreparedBatch> {
  const workers = Array.from({ length: threads }, () => startWorker(data));
  const inWork: Promise<PreparedBatch>[] = [];
  try {
    for await (const batch of batches(source, there)) {
      const freest = workers.reduce((best, worker) => (worker.waiting() < best.waiting() ? worker : best));
      const answer = freest.prepare(batch);
      // Handled when it is awaited; if an earlier batch fails first, this one must not count as unhandled.
      answer.catch(() => undefined);
      inWork.push(answer);
      if (inWork.length >= threads * batchesPerWorker) yield await inWork.shift()!;
    }
    while (inWork.length > 0) yield await inWork.shift()!;
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

interface PrepareWorker {
  waiting(): number;
  prepare(batch: readonly SourceImage[]): Promise<PreparedBatch>;
  stop(): Promise<unknown>;
}

function startWorker(data: PrepareWorkerData): PrepareWorker {
  const worker = new Worker(workerScript, { workerData: data });
  const callers: { resolve: (batch: PreparedBatch) => void; reject: (error: unknown) => void }[] = [];
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
    for (const { reject } of callers.splice(0)) reject(failure);
  };
  worker.on('message', (answer: PrepareAnswer) => {
    const caller = callers.shift();
    if (answer.kind === 'prepared') caller?.resolve(answer.batch);
    else caller?.reject(new KaleidoError(answer.details));
  });
  worker.on('error', fail);
  worker.on('exit', (code) =>
    fail(
      new KaleidoError({
        source: 'kaleido-patches',
        problem: 'a worker that prepares features ended early',
        found: `exit code ${code}`,
        advice: 'free some memory, or take fewer threads',
      }),
    ),
  );
  return {
    waiting: () => callers.length,
    prepare: (batch) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) {
          reject(failure);
          return;
        }
        callers.push({ resolve, reject });
        worker.postMessage(batch.map(withOwnBytes));
      }),
    stop: () => worker.terminate(),
  };
}

/** Copies the image's own bytes: a message would copy the whole buffer of a view, which may hold many images. */
function withOwnBytes(image: SourceImage): SourceImage {
  const { bytes } = image;
  return { ...image, bytes: bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes) };
}
