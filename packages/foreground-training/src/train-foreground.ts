import {
  createVariable,
  readAll,
  type Tensor,
  type Tensor3D,
  type Tensor4D,
  tf,
  type Variable,
  valueAndGradients,
} from '@kaleido/backend';
import { randomStream } from '@kaleido/foundation';
import type { ModuleWorkers } from '@kaleido/foundation/node';
import {
  foregroundLogits,
  foregroundShapes,
  foregroundSide,
  initialForegroundWeights,
  normaliseForForeground,
} from '@kaleido/kaleido-patches';
import { AdamW, learningRateAt, type OptimizerState } from '@kaleido/training';
import type { ForegroundRecipe } from './foreground-recipe.ts';
import type { PhotographBatch, PhotographService } from './photograph-worker.ts';

/** Where training stands: everything that the next step depends on. */
export interface ForegroundState {
  readonly step: number;
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly optimizer: OptimizerState;
}

export interface TrainForegroundOptions {
  readonly recipe: Pick<ForegroundRecipe, 'seed' | 'training'>;
  readonly photographers: ModuleWorkers<PhotographService>;
  /** Goes on from here. */
  readonly from?: ForegroundState | undefined;
  readonly onStep?: (step: number, loss: number) => Promise<void> | void;
  /** Is given the state every so many steps. */
  readonly saveEvery: number;
  readonly save: (state: ForegroundState) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Trains the foreground network on made photographs, and gives its state; at the step in hand where it was stopped.
 * The loss is the mean cross-entropy of the pixels and one less the soft intersection over union: the first teaches
 * fast, the second is what is measured.
 */
export async function trainForeground(options: TrainForegroundOptions): Promise<ForegroundState> {
  const { recipe, photographers, from, onStep, saveEvery, save, signal } = options;
  const { steps, batchSize, learningRate, warmup, weightDecay } = recipe.training;
  const initial = from?.weights ?? initialForegroundWeights(randomStream(recipe.seed, 'foreground', 'weights'));
  const variables = new Map<string, Variable>(
    [...initial].map(([name, values]) => [name, createVariable(undefined, values, foregroundShapes.get(name)!)]),
  );
  const names = new Map([...variables].map(([name, variable]) => [variable.name, name]));
  const optimizer = new AdamW(variables, { beta2: 0.999, epsilon: 1e-8, weightDecay });
  if (from !== undefined) optimizer.restore(from.optimizer);
  let step = from?.step ?? 0;
  const state = async (): Promise<ForegroundState> => {
    const values = await readAll([...variables.values()]);
    return {
      step,
      weights: new Map([...variables.keys()].map((name, index) => [name, values[index] as Float32Array])),
      optimizer: await optimizer.state(),
    };
  };
  // A few batches ahead: the photographers work while the network learns.
  const ahead = 2 * photographers.count;
  const batches: Promise<PhotographBatch>[] = [];
  const ask = (wanted: number): void => {
    const batch = photographers.call(wanted % photographers.count, 'batch', wanted);
    batch.catch(() => undefined);
    batches.push(batch);
  };
  try {
    for (let wanted = step; wanted < Math.min(steps, step + ahead); wanted++) ask(wanted);
    while (step < steps && signal?.aborted !== true) {
      const batch = await batches.shift()!;
      if (step + ahead < steps) ask(step + ahead);
      const rate = learningRateAt(step, { steps, learningRate, warmup });
      const loss = trainStep(variables, names, optimizer, batch, batchSize, rate);
      step++;
      await onStep?.(step, (await loss.data())[0]!);
      loss.dispose();
      if (step % saveEvery === 0 && step < steps) await save(await state());
    }
    const last = await state();
    await save(last);
    return last;
  } finally {
    optimizer.dispose();
    for (const variable of variables.values()) variable.dispose();
  }
}

function trainStep(
  variables: ReadonlyMap<string, Variable>,
  names: ReadonlyMap<string, string>,
  optimizer: AdamW,
  { pictures, masks }: PhotographBatch,
  batchSize: number,
  rate: number,
): Tensor {
  const side = foregroundSide;
  return tf.tidy(() => {
    const x: Tensor4D = tf.tensor4d(normaliseForForeground(pictures), [batchSize, side, side, 3]); // [B, side, side, 3]
    const target = tf.div(tf.tensor3d(masks, [batchSize, side, side], 'float32'), 255) as Tensor3D; // [B, side, side]
    const { value, gradients } = valueAndGradients(
      () => maskLoss(foregroundLogits(variables, x), target),
      [...variables.values()],
    );
    const named = new Map<string, Tensor>();
    for (const [name, gradient] of gradients) if (gradient !== null) named.set(names.get(name)!, gradient);
    optimizer.apply(named, rate);
    return value;
  });
}

function maskLoss(logits: Tensor3D, target: Tensor3D): Tensor {
  // log(1 + e^x) - x y, in a form that no logit overflows.
  const softplus = tf.add(tf.relu(logits), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))));
  const crossEntropy = tf.mean(tf.sub(softplus, tf.mul(logits, target)));
  const share = tf.sigmoid(logits);
  const both = tf.sum(tf.mul(share, target), [1, 2]); // [B]
  const either = tf.sub(tf.sum(tf.add(share, target), [1, 2]), both); // [B]
  return tf.add(crossEntropy, tf.mean(tf.sub(1, tf.div(tf.add(both, 1), tf.add(either, 1)))));
}
