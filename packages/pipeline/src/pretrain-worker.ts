import { ops, selectBackend, type Tensor, tf } from '@kaleido/backend';
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
  wholeContrastiveObjective,
} from '@kaleido/pretrain-tasks';
import { dropoutSeeds, epochOrder, type ReplicaService, replicaService, type TrainingProgram } from '@kaleido/training';
import { stageOptions } from './stage-options.ts';
import type { PretrainWorkerData } from './worker-data.ts';

/** Opens a replica of a pre-training stage: the module of its worker threads. */
export async function open(data: PretrainWorkerData): Promise<ReplicaService> {
  await selectBackend({ prefer: data.backend, precision: data.precision, threads: data.threads });
  return replicaService(pretrainProgram(data), stageOptions(data.stage, data.more !== undefined));
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
  const order = (name: string, examples: number, { rows } = catalogue): ((step: number, shard: number) => number[]) => {
    const perShard = examples / stage.shards;
    const epochs = epochOrder(rows, examples, seed, stage.name, name);
    return (step, shard) => epochs.rowsOf(step).slice(shard * perShard, (shard + 1) * perShard);
  };
  const contrastiveRows = contrastive && order('contrastive', contrastive.batchSize / contrastive.groupSize);
  const meanAnchors = contrastive?.meanBatchSize && contrastive.meanBatchSize / contrastive.groupSize / stage.shards;
  const more = data.more &&
    contrastive?.more && {
      sources: {
        catalogue: data.more.catalogue,
        features: sharedFeatures(data.more.features),
        negatives: negativeSampler(data.more.catalogue),
        vocabulary,
      },
      rows: order('more', contrastive.more.batchSize / contrastive.groupSize, data.more.catalogue),
      options: { ...contrastive, onlyWhole: true },
      weight: contrastive.more.weight,
    };
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
        if (model.jointReadsWhole) {
          const batch = pairBatch(sources, rows, { ...contrastive, onlyWhole: true }, random('contrastive'));
          add('contrastive', wholeContrastiveObjective(model, batch, contrastive, dropout), contrastive.weight);
          if (contrastive.meanWeight > 0) {
            const some = pairBatch(sources, rows.slice(0, meanAnchors), contrastive, random('means'));
            const { mean } = contrastiveObjective(model, some, contrastive, dropout);
            add('contrastiveMeans', mean, contrastive.meanWeight);
          }
        } else {
          const batch = pairBatch(sources, rows, contrastive, random('contrastive'));
          const { joint, mean } = contrastiveObjective(model, batch, contrastive, dropout);
          add('contrastive', joint, contrastive.weight);
          add('contrastiveMeans', mean, contrastive.meanWeight);
        }
      }
      if (more !== undefined) {
        // A batch of their own: among others they would be told by the size of their photographs.
        const batch = pairBatch(more.sources, more.rows(step, shard), more.options, random('more'));
        add('contrastiveMore', wholeContrastiveObjective(model, batch, more.options, dropout), more.weight);
      }
      if (matching !== undefined) {
        const batch = pairBatch(sources, matchingRows?.(step, shard) as number[], matching, random('matching'));
        const { choice, distilled } = matchingObjective(model, batch, matching, dropout);
        add('matchingChoice', choice, matching.weight);
        if (distilled !== undefined)
          add('matchingDistillation', distilled, matching.weight * (matching.distillation?.weight ?? 0));
      }
      if (tasks !== undefined) {
        const options = { ...batchOptions(config), mismatchRate: tasks.mismatchRate };
        const batch = pretrainBatch(plain, taskRows?.(step, shard) as number[], options, random('tasks'));
        const losses = pretrainLosses(model, batch, dropout);
        for (const task of pretrainTasks) add(task, losses[task], tasks.weights[task] ?? 1);
      }
      return { loss: ops.addAll(terms), figures };
    },
  };
}
