import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Backend, selectBackend } from '@kaleido/backend';
import {
  decodeSafetensors,
  encodeSafetensors,
  float32Tensor,
  float32Values,
  KaleidoError,
  readJson,
  toFloat16Bits,
} from '@kaleido/foundation';
import { builtModule, folderOnDisk, openModuleWorkers, writeWhole } from '@kaleido/foundation/node';
import { foregroundShapes, foregroundSide, networkForeground } from '@kaleido/kaleido-patches';
import type { RunListeners } from '@kaleido/runs';
import { type ClaimedFolder, claimRunFolder } from '@kaleido/runs/node';
import type { BatchService, RunStageOptions, StageState } from '@kaleido/training';
import { MetricsFile } from '@kaleido/training/node';
import { evaluateForeground, type ForegroundFigures } from './evaluate-foreground.ts';
import { type ForegroundRecipe, parseForegroundRecipe } from './foreground-recipe.ts';
import type { PhotographBatch, PhotographWorkerData } from './photograph-worker.ts';
import { foregroundStage, trainForeground } from './train-foreground.ts';

export interface RunForegroundOptions extends RunListeners {
  readonly recipe: ForegroundRecipe;
  readonly out: string;
  /** Whether to remove an existing run in `out` once all checks have passed. Default: it stays, and the new run is refused. */
  readonly overwrite?: boolean;
  readonly backend: Backend;
  readonly threads: number;
  /** Stops the run at its next line of metrics, with its state saved so that it can resume. */
  readonly signal?: AbortSignal;
}

export type ForegroundResult =
  | {
      readonly kind: 'finished';
      readonly figures: ForegroundFigures;
      readonly weights: string;
      /** When the run was finished, in ISO 8601, if it was already finished; nothing was done then. */
      readonly finishedBefore?: string;
    }
  | { readonly kind: 'interrupted' };

const [stateName, weightsName] = ['state.safetensors', 'foreground.safetensors'];
const damaged = 'pass --overwrite to train again, or another --out';
/** Steps between two lines of metrics.jsonl. */
const logEvery = 10;
/** Backends with gradients of convolutions. */
const trainingBackends: readonly Backend[] = ['tensorflow', 'cuda', 'webgpu', 'cpu'];

/**
 * Trains the foreground network and measures it on unseen photographs; writes `foreground.safetensors`, in the format
 * that @kaleido/kaleido-patches includes, and `evaluation.json`. Resumes from the last saved step of the same recipe;
 * a finished run stays unchanged.
 */
export async function runForeground(options: RunForegroundOptions): Promise<ForegroundResult> {
  const { recipe, out, backend, overwrite, onMessage } = options;
  if (!trainingBackends.includes(backend))
    throw new KaleidoError({
      source: 'foreground-training',
      problem: `the backend ${backend} has no gradients of convolutions, which training the foreground network needs`,
      advice: `pass --backend ${trainingBackends.join(', ')}`,
    });
  const claim = await claimRunFolder({
    out,
    kind: 'foreground',
    recipe,
    parse: (text) => parseForegroundRecipe(text, out),
    record: { backend, precision: 'float32' },
    overwrite,
    onMessage,
  });
  if (claim.kind === 'finished') {
    const figures = (await readJson(
      folderOnDisk(out),
      'evaluation.json',
      'foreground-training',
      damaged,
    )) as ForegroundFigures;
    return { kind: 'finished', figures, weights: join(out, weightsName), finishedBefore: claim.at };
  }
  try {
    return await runIn(claim, options);
  } finally {
    await claim.release();
  }
}

async function runIn(claim: ClaimedFolder, options: RunForegroundOptions): Promise<ForegroundResult> {
  const { recipe, out, backend, threads, signal, onMessage, onPart, onProgress, onMetrics } = options;
  const { description } = await selectBackend({ prefer: backend, threads });
  onMessage?.(`backend: ${description}`);
  await claim.begin();
  const from = await readState(join(out, stateName));
  if (from !== undefined) onMessage?.(`resumes from step ${from.step}`);

  onPart?.('training');
  const { seed, pictures, training } = recipe;
  const data: PhotographWorkerData = { seed, side: foregroundSide, batchSize: training.batchSize, pictures };
  // One photographer is faster than a network on a CPU; a GPU needs more.
  const count = Math.max(1, Math.min(4, threads - 1));
  const log = new MetricsFile(join(out, 'metrics.jsonl'));
  await log.forgetAfter(foregroundStage, from?.step ?? 0);
  const photographers = openModuleWorkers<BatchService<PhotographBatch>>({
    module: builtModule('photograph-worker', import.meta.url),
    count,
    data,
  });
  const save = (step: number, state: StageState): Promise<void> => writeState(join(out, stateName), step, state);
  const trained = await trainForeground({
    recipe,
    photographers,
    logEvery,
    ...(from === undefined ? {} : { resume: from }),
    ...(signal === undefined ? {} : { signal }),
    onState: save,
    onMetrics: async (metrics) => {
      await log.append(metrics);
      onMetrics?.(metrics, training.steps);
    },
  });
  await save(trained.step, trained.state);
  if (trained.step < training.steps) return { kind: 'interrupted' };

  const weights = halfPrecision(trained.state.weights, recipe.name);
  await writeWhole(join(out, weightsName), weights);
  onPart?.('evaluation');
  const finder = await networkForeground(weights);
  const figures = await evaluateForeground(finder, seed, recipe.evaluation.pictures, (done) =>
    onProgress?.(done, recipe.evaluation.pictures),
  ).finally(() => finder.dispose());
  await writeWhole(join(out, 'evaluation.json'), `${JSON.stringify(figures, undefined, 2)}\n`);
  return { kind: 'finished', figures, weights: join(out, weightsName) };
}

/** Kernels in half precision, biases unchanged. */
function halfPrecision(weights: ReadonlyMap<string, Float32Array>, recipe: string): Uint8Array {
  const entries = [...weights].map(([name, values]) => {
    const shape = foregroundShapes.get(name) ?? [];
    if (shape.length === 1) return [name, float32Tensor(values, [...shape])] as const;
    const bits = Uint16Array.from(values, toFloat16Bits);
    return [name, { type: 'F16' as const, shape: [...shape], bytes: new Uint8Array(bits.buffer) }] as const;
  });
  return encodeSafetensors(entries, { recipe });
}

async function writeState(path: string, step: number, { weights, optimizer }: StageState): Promise<void> {
  const parts = { weights, first: optimizer.firstMoments, second: optimizer.secondMoments };
  const entries = Object.entries(parts).flatMap(([part, values]) =>
    [...values].map(
      ([name, numbers]) =>
        [`${part}/${name}`, float32Tensor(numbers, [...(foregroundShapes.get(name) ?? [])])] as const,
    ),
  );
  await writeWhole(path, encodeSafetensors(entries, { step: String(step), updates: String(optimizer.step) }));
}

async function readState(path: string): Promise<RunStageOptions['resume']> {
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const { tensors, metadata } = decodeSafetensors(bytes, path);
  const part = (prefix: string): Map<string, Float32Array> =>
    new Map(
      [...tensors].flatMap(([name, tensor]) =>
        name.startsWith(`${prefix}/`) ? [[name.slice(prefix.length + 1), float32Values(tensor, name)] as const] : [],
      ),
    );
  const [step, updates] = [Number(metadata.step), Number(metadata.updates)];
  if (!Number.isInteger(step) || !Number.isInteger(updates) || part('weights').size !== foregroundShapes.size)
    throw new KaleidoError({
      source: 'foreground-training',
      problem: `${path} is not a saved state of a foreground run`,
      advice: 'delete it to train from the beginning',
    });
  return {
    step,
    state: {
      weights: part('weights'),
      optimizer: { step: updates, firstMoments: part('first'), secondMoments: part('second') },
    },
  };
}
