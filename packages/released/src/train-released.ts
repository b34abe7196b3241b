import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReleasedColumnForm } from '@kaleido/data';
import { float32Tensor, inProcess } from '@kaleido/foundation';
import { builtModule, openModuleWorkers } from '@kaleido/foundation/node';
import { type ReleasedOptimizer, saveReleasedCheckpoint } from '@kaleido/model/node';
import { type BatchService, replicaService, runStage, type StageState, workerBatchSource } from '@kaleido/training';
import { MetricsFile } from '@kaleido/training/node';
import { countRows, type ReleasedRows, type ShuffledFile } from './released-batches.ts';
import type { ReleasedTraining } from './released-recipe.ts';
import type { ReleasedStart, ReleasedTaskRun } from './released-task.ts';
import type { RunReleasedOptions } from './run-released-options.ts';

/** Files of all saves, including those of earlier versions, which had no step in their names. */
const savedFile = /^model\.ckpt(-\d+)?\.(index|data-\d{5}-of-\d{5})$/;

/** Whether a run folder has a save to resume from; the folder's file `checkpoint` names the last one. */
export async function hasSave(out: string): Promise<boolean> {
  const names = await readdir(out).catch(() => []);
  return names.some((name) => savedFile.test(name) && name.endsWith('.index'));
}

/**
 * Trains on a file, epoch after epoch, and saves at intervals and at the end.
 * @returns false if the signal was aborted before the end
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
  const { batchSize, seed } = recipe;
  const rows = await countRows(path);
  // As the released code counts steps.
  const steps = Math.floor((rows * training.epochs) / batchSize) + 1;
  const first = start.optimizer?.step ?? 0;
  if (first >= steps) return true;
  const { learningRate, warmup, weightDecay } = training;
  const stage = {
    name: recipe.name,
    schedule: { steps, learningRate, warmup, compat: 'released' as const },
    optimizer: { weightDecay },
    microBatches: 1,
    examplesPerStep: batchSize,
  };
  const log = new MetricsFile(join(out, 'metrics.jsonl'));
  await log.forgetAfter(stage.name, first);
  if (start.optimizer !== undefined) options.onMessage?.(`resumes at step ${first} of ${steps}`);
  options.onPart?.(recipe.name);
  const file: ShuffledFile = { path, forms, size: batchSize, shuffle: training.shuffle, seed };
  const reader = openModuleWorkers<BatchService<ReleasedRows>>({
    module: builtModule('released-batch-worker', import.meta.url),
    count: 1,
    data: file,
  });
  const service = replicaService(task, workerBatchSource(reader), stage, seed);
  let saved = first;
  const save = async (step: number, state: StageState): Promise<void> => {
    await saveCheckpoint(out, task, start, state);
    saved = step;
  };
  try {
    const { step, state } = await runStage({
      stage,
      workers: inProcess(service),
      ...(start.optimizer === undefined ? {} : { resume: { step: first, state: stateOf(start, task) } }),
      onMetrics: async (metrics) => {
        await log.append(metrics);
        options.onMetrics?.(metrics, steps);
      },
      onState: save,
      ...(signal === undefined ? {} : { signal }),
    });
    await save(step, state);
    return step >= steps;
  } catch (error) {
    options.onMessage?.(
      saved > 0
        ? `failed; the saved state is kept, and the same command resumes from step ${saved} of ${steps}`
        : 'failed before anything was saved; the same command starts again',
    );
    throw error;
  } finally {
    await service.close(undefined);
  }
}

async function saveCheckpoint(
  out: string,
  { variables }: ReleasedTaskRun,
  { config, weights }: ReleasedStart,
  state: StageState,
): Promise<void> {
  const layers = [...variables].filter(([name]) => !weights.has(name));
  const name = `model.ckpt-${state.optimizer.step}`;
  await saveReleasedCheckpoint(join(out, name), {
    config,
    weights: new Map([...weights].map(([name, before]) => [name, state.weights.get(name) ?? before])),
    heads: new Map(
      layers.map(([name, { shape }]) => [name, float32Tensor(state.weights.get(name) as Float32Array, shape)]),
    ),
    optimizer: state.optimizer,
  });
  // Only now, so that a save interrupted by a kill or a full disk leaves the previous one.
  for (const old of await readdir(out))
    if (savedFile.test(old) && !old.startsWith(`${name}.`)) await rm(join(out, old));
}

/** State of a resumed run: moments of the trained variables, zeros if the checkpoint has none. */
function stateOf({ optimizer, weights, layers }: ReleasedStart, { variables }: ReleasedTaskRun): StageState {
  const { step, firstMoments, secondMoments } = optimizer as ReleasedOptimizer;
  const of = (moments: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> =>
    new Map([...variables].map(([name, { size }]) => [name, moments.get(name) ?? new Float32Array(size)]));
  return {
    weights: new Map([...weights, ...layers]),
    optimizer: { step, firstMoments: of(firstMoments), secondMoments: of(secondMoments) },
  };
}
