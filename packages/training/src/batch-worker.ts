import { type ModuleWorkers, type ServiceCalls, transferred } from '@kaleido/foundation';
import type { BatchSource } from './training-task.ts';

/** The batches of a source for another thread; see `batchService`. */
export type BatchService<Batch extends object> = {
  batch(wanted: { readonly step: number; readonly microBatch: number }): Promise<Batch>;
};

/** Offers a source to another thread. Batches are transferred, not copied: the source cannot use them afterwards. */
export function batchService<Batch extends object>(source: BatchSource<Batch>): BatchService<Batch> {
  return { batch: async ({ step, microBatch }) => transferred(await source.batch(step, microBatch)) };
}

/** Batches made by workers, not by the training thread. */
export function workerBatchSource<Batch extends object>(
  workers: ModuleWorkers<BatchService<Batch>>,
): BatchSource<Batch> {
  return {
    // Round robin, so that several workers make batches ahead at the same time.
    batch: (step, microBatch) => workers.call((step + microBatch) % workers.count, 'batch', { step, microBatch }),
    close: () => workers.close(),
  };
}

/**
 * Batches made by the thread that owns this worker; `owner` is the argument of the worker module's `open`.
 * Ranks request their micro-batches independently, so the source must support steps in any order.
 */
export function ownerBatchSource<Batch extends object>(owner: ServiceCalls<BatchService<Batch>>): BatchSource<Batch> {
  return { batch: (step, microBatch) => owner.call('batch', { step, microBatch }) };
}
