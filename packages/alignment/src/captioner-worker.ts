import { type Backend, type Precision, selectBackend } from '@kaleido/backend';
import type { ServiceCalls } from '@kaleido/foundation';
import { type BatchService, ownerBatchSource, type ReplicaService, replicaService } from '@kaleido/training';
import type { CaptionerTraining } from './captioner/train-captioner.ts';
import type { CaptionBatch } from './show-attend-tell/caption-batch.ts';
import { captioningTask } from './show-attend-tell/captioning-task.ts';
import { ShowAttendTell } from './show-attend-tell/show-attend-tell.ts';

export interface CaptionerWorkerData extends Pick<CaptionerTraining, 'config' | 'weights' | 'stage' | 'seed'> {
  readonly backend: Backend;
  readonly precision: Precision;
  readonly threads: number;
}

/** Opens a replica of a captioner: the module of its worker threads. */
export async function open(
  { config, weights, stage, seed, backend, precision, threads }: CaptionerWorkerData,
  owner: ServiceCalls<BatchService<CaptionBatch>>,
): Promise<ReplicaService> {
  await selectBackend({ prefer: backend, precision, threads });
  const model = ShowAttendTell.fromWeights(config, weights);
  return replicaService(captioningTask(model), ownerBatchSource(owner), stage, seed);
}
