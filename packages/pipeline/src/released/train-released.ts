import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readAll, type Tensor, tf, valueAndGradients } from '@kaleido/backend';
import type { ReleasedColumnForm } from '@kaleido/data';
import { float32Tensor, KaleidoError } from '@kaleido/foundation';
import { writeWhole } from '@kaleido/foundation/node';
import type { Weights } from '@kaleido/model';
import { type ReleasedOptimizer, saveReleasedCheckpoint } from '@kaleido/model/node';
import { AdamW, learningRateAt, type Schedule, type StageMetrics } from '@kaleido/training';
import { countRows, type ReleasedRows, shuffledBatches } from './released-batches.ts';
import type { ReleasedTraining } from './released-recipe.ts';
import type { ReleasedStart, ReleasedTaskRun } from './released-task.ts';
import type { RunReleasedOptions } from './run-released-options.ts';

/** Where a run that was stopped goes on. */
export const checkpointName = 'model.ckpt';
/** Seconds of training that a killed run loses at most. */
const saveEvery = 120;

/**
 * Trains over a file, epoch after epoch, and saves on the way and at the end.
 * @returns false where the signal came in the middle
 */
export async function trainReleased(
  options: RunReleasedOptions,
  training: ReleasedTraining,
  path: string,
  forms: readonly ReleasedColumnForm[],
  task: ReleasedTaskRun,
  start: ReleasedStart,
): Promise<boolean> {
  const { recipe, out, signal } = options;
  const rows = await countRows(path);
  // As the released code counts them.
  const steps = Math.floor((rows * training.epochs) / recipe.batchSize) + 1;
  const { learningRate, warmup, weightDecay } = training;
  const schedule: Schedule = { steps, learningRate, warmup, compat: 'released' };
  const first = start.optimizer?.step ?? 0;
  if (first >= steps) return true;
  const adam = new AdamW(task.variables, { weightDecay });
  if (start.optimizer !== undefined) {
    adam.restore(withoutUnknown(start.optimizer, task.variables));
    options.onMessage?.(`goes on at step ${first} of ${steps}`);
  } else await rm(join(out, 'metrics.jsonl'), { force: true });
  options.onPart?.(recipe.name);
  const batches = shuffledBatches(path, forms, {
    size: recipe.batchSize,
    shuffle: training.shuffle,
    seed: recipe.seed,
  });
  const logEvery = Math.max(1, Math.ceil(steps / 100));
  const begun = performance.now();
  let saved = begun;
  let step = 0;
  let savedStep = first;
  let pending: { names: readonly string[]; sums: Tensor; count: number } | undefined;
  const save = async (): Promise<void> => {
    const state = await adam.state();
    const names = [...task.variables.keys()];
    const values = await readAll([...task.variables.values()]);
    const now = new Map(names.map((name, index) => [name, values[index] as Float32Array]));
    assertNumbers(now, step);
    const { config } = start;
    await saveReleasedCheckpoint(join(out, checkpointName), {
      config,
      weights: new Map([...start.weights].map(([name, before]) => [name, now.get(name) ?? before])),
      heads: new Map(
        [...task.variables]
          .filter(([name]) => !start.weights.has(name))
          .map(([name, { shape }]) => [name, float32Tensor(now.get(name) as Float32Array, shape)]),
      ),
      optimizer: state,
    });
    saved = performance.now();
    savedStep = step;
  };
  try {
    for await (const batch of batches) {
      if (step >= steps || signal?.aborted === true) break;
      // The batches before were taken by the run that this one goes on from.
      if (step >= first) {
        const { names, figures } = takeStep(task, adam, batch, step, learningRateAt(step, schedule));
        const before: Tensor | undefined = pending?.sums;
        const sums: Tensor = before === undefined ? figures : tf.add(before, figures);
        if (before !== undefined) tf.dispose([before, figures]);
        pending = { names, sums, count: (pending?.count ?? 0) + 1 };
      }
      step++;
      if (pending === undefined || (step % logEvery !== 0 && step !== steps)) continue;
      const { names, sums, count } = pending;
      const [values] = (await readAll([sums])) as [Float32Array];
      sums.dispose();
      pending = undefined;
      const seconds = (performance.now() - begun) / 1000;
      const losses = Object.fromEntries(names.map((name, index) => [name, (values[index] as number) / count]));
      const done = step - first;
      const metrics: StageMetrics = {
        stage: recipe.name,
        step,
        losses,
        learningRate: learningRateAt(step - 1, schedule),
        seconds,
        secondsLeft: (seconds / done) * (steps - step),
        examplesPerSecond: (done * recipe.batchSize) / seconds,
      };
      if (!Number.isFinite(losses.loss))
        throw new KaleidoError({
          source: 'pipeline',
          problem: `the loss is no number after step ${step}`,
          found: String(losses.loss),
          advice: 'lower the learning rate, or look for unsound features',
        });
      await writeLine(join(out, 'metrics.jsonl'), metrics);
      options.onMetrics?.(metrics, steps);
      if (step < steps && performance.now() - saved >= 1000 * saveEvery) await save();
    }
    await save();
  } catch (error) {
    // Between two steps the weights are whole; what a device has spoilt nobody knows, and what was saved stands.
    const isWhole = KaleidoError.isInstance(error) && error.source !== 'backend';
    if (isWhole && step > savedStep) await save().catch(() => undefined);
    options.onMessage?.(
      savedStep > 0
        ? `failed; what is saved stands, and the same command goes on from step ${savedStep} of ${steps}`
        : 'failed before anything was saved; the same command begins anew',
    );
    throw error;
  } finally {
    pending?.sums.dispose();
    adam.dispose();
    await batches.return(undefined);
  }
  return step >= steps;
}

function takeStep(
  task: ReleasedTaskRun,
  adam: AdamW,
  batch: ReleasedRows,
  step: number,
  rate: number,
): { names: readonly string[]; figures: Tensor } {
  let names: readonly string[] = [];
  const figures = tf.tidy(() => {
    const { outputs, gradients } = valueAndGradients(() => task.loss(batch, step), [...task.variables.values()]);
    const named = { loss: outputs.loss, ...outputs.figures };
    names = Object.keys(named);
    const reached = [...task.variables].flatMap(([name, variable]) => {
      const gradient = gradients.get(variable.name);
      return gradient == null ? [] : [[name, gradient] as const];
    });
    adam.apply(new Map(reached), rate);
    return tf.stack(Object.values(named).map((value) => tf.reshape(value, [])));
  });
  return { names, figures };
}

async function writeLine(path: string, metrics: StageMetrics): Promise<void> {
  await appendFile(path, `${JSON.stringify(metrics)}\n`).catch(async (cause: NodeJS.ErrnoException) => {
    // The folder is made with the first line.
    if (cause.code === 'ENOENT') return writeWhole(path, `${JSON.stringify(metrics)}\n`);
    throw new KaleidoError({ source: 'pipeline', problem: `could not write ${path}`, found: cause.code, cause });
  });
}

function assertNumbers(weights: Weights, step: number): void {
  for (const [name, values] of weights)
    if (!values.every(Number.isFinite))
      throw new KaleidoError({
        source: 'pipeline',
        problem: `after step ${step} the variable "${name}" has what is no number`,
        advice: 'lower the learning rate, or look for unsound features',
      });
}

/** Moments of the variables that are trained, zeros for what the checkpoint has none of. */
function withoutUnknown(
  { step, firstMoments, secondMoments }: ReleasedOptimizer,
  variables: ReleasedTaskRun['variables'],
): ReleasedOptimizer {
  const of = (moments: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> =>
    new Map([...variables].map(([name, { size }]) => [name, moments.get(name) ?? new Float32Array(size)]));
  return { step, firstMoments: of(firstMoments), secondMoments: of(secondMoments) };
}
