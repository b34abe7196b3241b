import { type ModuleWorkers, transferred } from '@kaleido/foundation';
import type { BatchSource } from './training-task.ts';

/** Batches as a worker's module offers them; the module's `open` makes the source and returns `batchService(source)`. */
export type BatchService<Batch extends object> = {
  batch(wanted: { readonly step: number; readonly microBatch: number }): Promise<Batch>;
};

/** Offers a source to another thread. Batches are moved, not copied: the source keeps nothing of them. */
export function batchService<Batch extends object>(source: BatchSource<Batch>): BatchService<Batch> {
  return { batch: async ({ step, microBatch }) => transferred(await source.batch(step, microBatch)) };
}

/** The batches that workers make, away from the thread that trains. */
export function workerBatchSource<Batch extends object>(
  workers: ModuleWorkers<BatchService<Batch>>,
): BatchSource<Batch> {
  return {
    // Steps go round: several workers are ahead together.
    batch: (step, microBatch) => workers.call((step + microBatch) % workers.count, 'batch', { step, microBatch }),
    close: () => workers.close(),
  };
}
