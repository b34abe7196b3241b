import { selectBackend } from '@kaleido/backend';
import { openModuleWorkers } from '@kaleido/foundation/node';
import { encoderOf, modelFromWeights } from '@kaleido/model';
import { type StageBatch, stageTask } from '@kaleido/pretrain-tasks';
import {
  type BatchService,
  type ReplicaService,
  replicaService,
  type TrainingTask,
  workerBatchSource,
} from '@kaleido/training';
import { stageOptions } from './stage-options.ts';
import { batchWorkerData, type PretrainWorkerData } from './worker-data.ts';
import { workerModule } from './worker-module.ts';

/** Opens a replica of a pre-training stage: the module of its worker threads. */
export async function open(data: PretrainWorkerData): Promise<ReplicaService> {
  await selectBackend({ prefer: data.backend, precision: data.precision, threads: data.threads });
  const batches = openModuleWorkers<BatchService<StageBatch>>({
    module: workerModule('pretrain-batch-worker'),
    count: 1,
    data: batchWorkerData(data),
  });
  return replicaService(
    pretrainTask(data),
    workerBatchSource(batches),
    stageOptions(data.stage, data.more !== undefined),
    data.seed,
  );
}

/** The stage's objectives, summed by their weights. */
export function pretrainTask({ config, weights, stage }: PretrainWorkerData): TrainingTask<StageBatch> {
  const model = modelFromWeights(config, weights);
  return stageTask(stage.objectives, encoderOf(model), model.trainable());
}
