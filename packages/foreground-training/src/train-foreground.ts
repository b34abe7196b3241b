import { createVariable, type Tensor, type Tensor3D, type Tensor4D, tf, type Variable } from '@kaleido/backend';
import { inProcess, type ModuleWorkers, randomStream } from '@kaleido/foundation';
import {
  foregroundLogits,
  foregroundShapes,
  foregroundSide,
  initialForegroundWeights,
  normaliseForForeground,
} from '@kaleido/kaleido-patches';
import {
  type BatchService,
  type RunStageOptions,
  replicaService,
  runStage,
  type StageResult,
  type TrainingTask,
  workerBatchSource,
} from '@kaleido/training';
import type { ForegroundRecipe } from './foreground-recipe.ts';
import type { PhotographBatch } from './photograph-worker.ts';

export interface TrainForegroundOptions
  extends Pick<RunStageOptions, 'resume' | 'onMetrics' | 'onState' | 'stateEverySeconds' | 'logEvery' | 'signal'> {
  readonly recipe: Pick<ForegroundRecipe, 'seed' | 'training'>;
  /** Closed at the end. */
  readonly photographers: ModuleWorkers<BatchService<PhotographBatch>>;
}

/** Name of the stage in the metrics. */
export const foregroundStage = 'foreground';

/**
 * Trains the foreground network on synthetic photographs, and returns its state; if stopped, the state at a line of
 * metrics. The loss is the pixels' mean cross-entropy plus 1 minus the soft intersection over union: the first learns
 * fast, the second is the measured figure.
 */
export async function trainForeground({
  recipe,
  photographers,
  ...options
}: TrainForegroundOptions): Promise<StageResult> {
  const { seed, training } = recipe;
  const { steps, learningRate, warmup, weightDecay, batchSize } = training;
  const initial = initialForegroundWeights(randomStream(seed, 'foreground', 'weights'));
  const variables = new Map<string, Variable>(
    [...initial].map(([name, values]) => [name, createVariable(undefined, values, foregroundShapes.get(name)!)]),
  );
  const stage = {
    name: foregroundStage,
    schedule: { steps, learningRate, warmup },
    optimizer: { beta2: 0.999, epsilon: 1e-8, weightDecay },
    microBatches: 1,
    examplesPerStep: batchSize,
    // Two for each photographer: they work while the network learns.
    ahead: 2 * photographers.count,
  };
  const service = replicaService(foregroundTask(variables, batchSize), workerBatchSource(photographers), stage, seed);
  try {
    return await runStage({ stage, workers: inProcess(service), ...options });
  } finally {
    await service.close(undefined);
    for (const variable of variables.values()) variable.dispose();
  }
}

function foregroundTask(variables: ReadonlyMap<string, Variable>, batchSize: number): TrainingTask<PhotographBatch> {
  const side = foregroundSide;
  return {
    variables,
    loss: ({ pictures, masks }) => {
      const x: Tensor4D = tf.tensor4d(normaliseForForeground(pictures), [batchSize, side, side, 3]); // [B, side, side, 3]
      const target = tf.div(tf.tensor3d(masks, [batchSize, side, side], 'float32'), 255) as Tensor3D; // [B, side, side]
      return { loss: maskLoss(foregroundLogits(variables, x), target), figures: {} };
    },
  };
}

function maskLoss(logits: Tensor3D, target: Tensor3D): Tensor {
  // log(1 + e^x) - x y, in a form without overflow.
  const softplus = tf.add(tf.relu(logits), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))));
  const crossEntropy = tf.mean(tf.sub(softplus, tf.mul(logits, target)));
  const share = tf.sigmoid(logits);
  const both = tf.sum(tf.mul(share, target), [1, 2]); // [B]
  const either = tf.sub(tf.sum(tf.add(share, target), [1, 2]), both); // [B]
  return tf.add(crossEntropy, tf.mean(tf.sub(1, tf.div(tf.add(both, 1), tf.add(either, 1)))));
}
