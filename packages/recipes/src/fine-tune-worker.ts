import { selectBackend } from '@kaleido/backend';
import type { ServiceCalls } from '@kaleido/foundation';
import { type ClassificationOptions, Classifier, modelFromWeights } from '@kaleido/model';
import { fieldsTask, type LabelledBatch } from '@kaleido/pretrain-tasks';
import type { ModelData } from '@kaleido/scoring';
import {
  type BatchService,
  ownerBatchSource,
  type ReplicaService,
  replicaService,
  type StageOptions,
} from '@kaleido/training';

export interface FineTuneWorkerData extends ModelData {
  readonly options: StageOptions;
  readonly classification: ClassificationOptions;
}

/** Opens a replica of a fine-tuning: the module of its worker threads. */
export async function open(
  data: FineTuneWorkerData,
  owner: ServiceCalls<BatchService<LabelledBatch>>,
): Promise<ReplicaService> {
  await selectBackend({ prefer: data.backend, precision: data.precision, threads: data.threads });
  const classifier = Classifier.create(modelFromWeights(data.config, data.weights), data.classification, data.seed);
  return replicaService(fieldsTask(classifier), ownerBatchSource(owner), data.options, data.seed);
}
