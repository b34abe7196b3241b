import { selectBackend } from '@kaleido/backend';
import type { ServiceCalls } from '@kaleido/foundation';
import { encoderOf, modelFromWeights } from '@kaleido/model';
import { type StageBatch, stageTask } from '@kaleido/pretrain-tasks';
import type { RecipeStage } from '@kaleido/recipe-schema';
import type { ModelData } from '@kaleido/scoring';
import {
  type BatchService,
  ownerBatchSource,
  type ReplicaService,
  replicaService,
  type StageOptions,
  type TrainingTask,
} from '@kaleido/training';

export interface PretrainWorkerData extends ModelData {
  readonly objectives: RecipeStage['objectives'];
  readonly options: StageOptions;
}

/** Opens a replica of a pre-training stage: the module of its worker threads. */
export async function open(
  data: PretrainWorkerData,
  owner: ServiceCalls<BatchService<StageBatch>>,
): Promise<ReplicaService> {
  await selectBackend({ prefer: data.backend, precision: data.precision, threads: data.threads });
  return replicaService(pretrainTask(data), ownerBatchSource(owner), data.options, data.seed);
}

/** The stage's objectives, summed by their weights. */
export function pretrainTask({
  config,
  weights,
  objectives,
}: Pick<PretrainWorkerData, 'config' | 'weights' | 'objectives'>): TrainingTask<StageBatch> {
  const model = modelFromWeights(config, weights);
  return stageTask(objectives, encoderOf(model), model.trainable());
}
