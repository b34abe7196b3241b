import { selectBackend, type Tensor, tf } from '@kaleido/backend';
import { randomStream } from '@kaleido/foundation';
import { sharedFeatures } from '@kaleido/kaleido-patches';
import { modelFromWeights } from '@kaleido/model';
import {
  batchOptions,
  contrastiveObjective,
  matchingObjective,
  negativeSampler,
  type PretrainSources,
  pairBatch,
  pretrainBatch,
  pretrainLosses,
  pretrainTasks,
} from '@kaleido/pretrain-tasks';
import { dropoutSeeds, epochOrder, type ReplicaService, replicaService, type TrainingProgram } from '@kaleido/training';
import { stageOptions } from './stage-options.ts';
import type { PretrainWorkerData } from './worker-data.ts';

/** Opens a replica of a pre-training stage: the module of its worker threads. */
export async function open(data: PretrainWorkerData): Promise<ReplicaService> {
  await selectBackend({ prefer: data.backend });
  return replicaService(pretrainProgram(data), stageOptions(data.stage));
}

/** The stage's objectives, summed by their weights. */
export function pretrainProgram(data: PretrainWorkerData): TrainingProgram {
  const { catalogue, config, seed, stage, vocabulary } = data;
  const model = modelFromWeights(config, data.weights);
  const features = sharedFeatures(data.features);
  // The paper's tasks draw at random: an intruder picked for its likeness could not be told from the patch it replaces.
  const plain: PretrainSources = { catalogue, features, negatives: negativeSampler(catalogue), vocabulary };
  const sources: PretrainSources = { ...plain, negatives: negativeSampler(catalogue, data.hardNegatives) };
  const { contrastive, matching, tasks } = stage.objectives;
  const order = (name: string, examples: number): ((step: number, shard: number) => number[]) => {
    const perShard = examples / stage.shards;
    const epochs = epochOrder(catalogue.rows, examples, seed, stage.name, name);
    return (step, shard) => epochs.rowsOf(step).slice(shard * perShard, (shard + 1) * perShard);
  };
  const contrastiveRows = contrastive && order('contrastive', contrastive.batchSize / contrastive.groupSize);
  const matchingRows = matching && order('matching', matching.groups);
  const taskRows = tasks && order('tasks', tasks.batchSize);

  return {
    variables: model.trainable(),
    computeLoss(step, shard) {
      const dropout = dropoutSeeds(seed, step, shard);
      const random = (name: string) => randomStream(seed, stage.name, name, step, shard);
      const terms: Tensor[] = [];
      const figures: Record<string, Tensor> = {};
      const add = (name: string, loss: Tensor, weight: number): void => {
        figures[name] = loss;
        if (weight > 0) terms.push(weight === 1 ? loss : tf.mul(loss, weight));
      };
      if (contrastive !== undefined) {
        const rows = contrastiveRows?.(step, shard) as number[];
        const batch = pairBatch(sources, rows, contrastive, random('contrastive'));
        const { joint, mean } = contrastiveObjective(model, batch, contrastive.temperature, dropout);
        add('contrastive', joint, contrastive.weight);
        add('contrastiveMeans', mean, contrastive.meanWeight);
      }
      if (matching !== undefined) {
        const batch = pairBatch(sources, matchingRows?.(step, shard) as number[], matching, random('matching'));
        add('matchingChoice', matchingObjective(model, batch, matching, dropout), matching.weight);
      }
      if (tasks !== undefined) {
        const options = { ...batchOptions(config), mismatchRate: tasks.mismatchRate };
        const batch = pretrainBatch(plain, taskRows?.(step, shard) as number[], options, random('tasks'));
        const losses = pretrainLosses(model, batch, dropout);
        for (const task of pretrainTasks) add(task, losses[task], tasks.weights[task] ?? 1);
      }
      return { loss: tf.addN(terms), figures };
    },
  };
}
