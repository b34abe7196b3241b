import { selectBackend } from '@kaleido/backend';
import { randomStream } from '@kaleido/foundation';
import { sharedFeatures } from '@kaleido/kaleido-patches';
import { modelFromWeights } from '@kaleido/model';
import { drawPatches, imageBatch, textBatch } from '@kaleido/pretrain-tasks';
import {
  type ClassificationOptions,
  Classifier,
  dropoutSeeds,
  epochOrder,
  type ReplicaService,
  replicaService,
  type StageOptions,
} from '@kaleido/training';
import type { WorkerData } from './worker-data.ts';

export interface FineTuneWorkerData extends WorkerData {
  readonly stage: StageOptions;
  readonly classification: ClassificationOptions;
  /** [N] by field; -1 where a product has no label. */
  readonly labels: ReadonlyMap<string, Int32Array>;
  readonly batchSize: number;
  /** Share of each level's patches that a step looks at. */
  readonly patchShare: number;
}

/** Opens a replica of a fine-tuning: the module of its worker threads. */
export async function open(data: FineTuneWorkerData): Promise<ReplicaService> {
  await selectBackend({ prefer: data.backend, precision: data.precision, threads: data.threads });
  const { catalogue, seed, stage, labels, batchSize, patchShare } = data;
  const features = sharedFeatures(data.features);
  const classifier = Classifier.create(modelFromWeights(data.config, data.weights), data.classification, seed);
  const perShard = batchSize / stage.shards;
  const order = epochOrder(catalogue.rows, batchSize, seed, stage.name);
  return replicaService(
    {
      variables: classifier.variables(),
      computeLoss(step, shard) {
        const rows = order.rowsOf(step).slice(shard * perShard, (shard + 1) * perShard);
        const own = new Map(
          [...labels].map(([name, all]) => [name, Int32Array.from(rows, (row) => all[row] as number)]),
        );
        const patches =
          patchShare < 1 ? drawPatches(patchShare, randomStream(seed, stage.name, 'patches', step, shard)) : undefined;
        const batch = { text: textBatch(catalogue, rows), image: imageBatch(features, rows, patches) };
        return { loss: classifier.loss(batch, own, dropoutSeeds(seed, step, shard)), figures: {} };
      },
    },
    stage,
  );
}
