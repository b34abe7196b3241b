import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Backend, type Precision, usesAllCores } from '@kaleido/backend';
import { builtModule } from '@kaleido/foundation/node';
import { MetricsFile, trainOnWorkers } from '@kaleido/training/node';
import { type TrainCaptioner, trainedWeights } from './captioner/train-captioner.ts';
import type { CaptionerWorkerData } from './captioner-worker.ts';
import { readTrainingState, saveTrainingState } from './training-state-file.ts';

/** On what a captioner is trained. */
export interface TrainingThreads {
  readonly backend: Backend;
  /** Default: float32, in which all backends agree. */
  readonly precision?: Precision;
  /** Worker threads, most of them; their number does not change the result. */
  readonly threads: number;
  /** Most seconds of training that a killed process loses, or its steps between two lines of metrics. Default: 120. */
  readonly saveEverySeconds?: number;
}

export interface CaptionerTrainerOptions extends TrainingThreads {
  /** Folder of the training's state and metrics; made if missing. It belongs to one training: `removeTrainingState` at its end. */
  readonly folder: string;
}

/** Trains on worker threads, and resumes from the state that an earlier attempt left in the folder. */
export function captionerTrainer({
  backend,
  precision = 'float32',
  threads,
  saveEverySeconds,
  folder,
}: CaptionerTrainerOptions): TrainCaptioner {
  return async (training) => {
    const { config, weights, stage, batches, seed, onMetrics, signal } = training;
    signal?.throwIfAborted();
    await mkdir(folder, { recursive: true });
    const file = join(folder, 'state.safetensors');
    const resume = await readTrainingState(file);
    const data: CaptionerWorkerData = { config, weights, stage, seed, backend, precision, threads };
    const result = await trainOnWorkers({
      stage,
      batches,
      module: builtModule('captioner-worker', import.meta.url),
      data,
      threads: usesAllCores(backend) ? 1 : threads,
      metrics: new MetricsFile(join(folder, 'metrics.jsonl')),
      onState: (step, state) => saveTrainingState(file, { step, state }),
      ...(resume === undefined ? {} : { resume }),
      ...(saveEverySeconds === undefined ? {} : { stateEverySeconds: saveEverySeconds }),
      ...(onMetrics === undefined ? {} : { onMetrics }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (result.step < stage.schedule.steps) await saveTrainingState(file, result);
    return trainedWeights(training, result);
  };
}

/** Removes what a training has kept, once its result is safe. */
export async function removeTrainingState(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
