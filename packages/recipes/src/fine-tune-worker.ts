import { selectBackend } from '@kaleido/backend';
import { openModuleWorkers } from '@kaleido/foundation/node';
import { Classifier, modelFromWeights } from '@kaleido/model';
import { fieldsTask, type LabelledBatch } from '@kaleido/pretrain-tasks';
import { type BatchService, type ReplicaService, replicaService, workerBatchSource } from '@kaleido/training';
import { batchWorkerData, type FineTuneWorkerData } from './worker-data.ts';
import { workerModule } from './worker-module.ts';

/** Opens a replica of a fine-tuning: the module of its worker threads. */
export async function open(data: FineTuneWorkerData): Promise<ReplicaService> {
  await selectBackend({ prefer: data.backend, precision: data.precision, threads: data.threads });
  const classifier = Classifier.create(modelFromWeights(data.config, data.weights), data.classification, data.seed);
  const batches = openModuleWorkers<BatchService<LabelledBatch>>({
    module: workerModule('fine-tune-batch-worker'),
    count: 1,
    data: batchWorkerData(data),
  });
  return replicaService(fieldsTask(classifier), workerBatchSource(batches), data.stage, data.seed);
}
