import { memory, tf, withComposedOperations } from '@kaleido/backend';
import { countWork } from './count-work.ts';
import type { MatchingFigures, StepFigures } from './figures.ts';
import type { PretrainingStep } from './pretraining-step.ts';
import { floatingPointOperations, stepProducts } from './step-products.ts';
import { sampleRuns, timeRuns, type Work } from './time-runs.ts';

/** A step is measured at least three times, regardless of its time, because other programs may disturb one. */
const leastGroups = 3;

export interface StepOptions {
  readonly seconds: number;
  readonly runsAtOnce: number;
  /** Whether it runs without custom kernels. */
  readonly composed: boolean;
  /** The backend's best rate of A.B, in GFLOP/s. */
  readonly bestRate: number;
}

/** Milliseconds, examples per second, utilisation, work and memory of a training step. */
export async function measureStep(
  step: PretrainingStep,
  { seconds, runsAtOnce, composed, bestRate }: StepOptions,
): Promise<StepFigures> {
  const by: typeof withComposedOperations = composed ? withComposedOperations : (run) => run();
  const work = trainingWork(step);
  const train: Work = () => by(work);
  await sampleRuns(train, { seconds: 0 });
  const before = memory().numTensors;
  const counts = countWork(() => by(() => step.train().dispose()));
  const timing = await timeRuns(train, { seconds, runsAtOnce, leastGroups });
  const after = memory();
  const forward = await timeRuns(() => by(() => step.forward()), { seconds: seconds / 4, runsAtOnce });
  const flops = floatingPointOperations(productsOf(step));
  return {
    milliseconds: timing.milliseconds,
    bestMilliseconds: timing.bestMilliseconds,
    examplesPerSecond: (step.setting.batchSize * 1000) / timing.milliseconds,
    utilisation: flops / (timing.milliseconds / 1000) / (bestRate * 1e9),
    forwardMilliseconds: forward.milliseconds,
    floatingPointOperations: flops,
    parameters: step.parameters,
    ...counts,
    tensorsBefore: before,
    tensorsAfter: after.numTensors,
    bytes: after.bytes,
    residentBytes: process.memoryUsage.rss(),
    steps: timing.runs,
  };
}

/** A training step to time; its result is ready when the last updated variable is. */
export function trainingWork(step: PretrainingStep): Work {
  return () => {
    step.train().dispose();
    return tf.tidy(() => tf.slice(tf.reshape(step.lastMoved, [step.lastMoved.size]), [0], [1]));
  };
}

/** Measures how fast the matching head scores captions against a photograph. */
export async function measureMatching(
  step: PretrainingStep,
  { seconds, runsAtOnce }: Pick<StepOptions, 'seconds' | 'runsAtOnce'>,
): Promise<MatchingFigures> {
  const { milliseconds } = await timeRuns(() => step.match(), { seconds, runsAtOnce });
  const { pairs } = step.setting;
  return { pairsPerSecond: (pairs * 1000) / milliseconds, pairs };
}

/** Every matrix product of a step. */
export function productsOf({ setting, batch }: PretrainingStep): ReturnType<typeof stepProducts> {
  return stepProducts(setting.config, {
    batchSize: setting.batchSize,
    textLength: batch.text.textLength,
    predictions: batch.maskedLabels.length / setting.batchSize,
  });
}
