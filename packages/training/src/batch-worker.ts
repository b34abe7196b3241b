import { type ModuleWorkers, type ServiceCalls, transferred } from '@kaleido/foundation';
import type { BatchSource } from './training-task.ts';

/** The batches of a source, for another thread: what `batchService` gives. */
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

/**
 * The batches that the thread which owns this worker makes: `owner` as the worker's module is opened with it.
 * Ranks ask for their micro-batches independently of each other, so the source must be able to give steps in any order.
 */
export function ownerBatchSource<Batch extends object>(owner: ServiceCalls<BatchService<Batch>>): BatchSource<Batch> {
  return { batch: (step, microBatch) => owner.call('batch', { step, microBatch }) };
}
