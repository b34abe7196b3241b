import type { ModuleWorkers } from '@kaleido/foundation/node';
import type { OptimizerOptions } from './optimizer.ts';
import type { StepsResult } from './replica.ts';
import type { ReplicaService, StageState } from './replica-service.ts';
import { learningRateAt, type Schedule } from './schedule.ts';

/** How one stage of training goes. */
export interface StageOptions {
  readonly name: string;
  readonly schedule: Schedule;
  readonly optimizer?: Partial<OptimizerOptions>;
  /**
   * Parts that a step's batch is cut into. Their number, not that of the threads, decides the result; more threads than
   * shards find nothing to do.
   */
  readonly shards: number;
  /** Examples of a step, all shards together: for the examples a second of the log. */
  readonly examplesPerStep: number;
}

/** A line of a run's `metrics.jsonl`. */
export interface StageMetrics {
  readonly stage: string;
  /** Steps done. */
  readonly step: number;
  /** Mean of each loss since the line before. */
  readonly losses: Readonly<Record<string, number>>;
  /** Of the last step. */
  readonly learningRate: number;
  /** Since the stage began, or was taken up again. */
  readonly seconds: number;
  /** To the stage's end, at the pace so far. */
  readonly secondsLeft: number;
  readonly examplesPerSecond: number;
}

export interface RunStageOptions {
  readonly stage: StageOptions;
  /** Replicas in their threads, or one in this one. */
  readonly workers: ModuleWorkers<ReplicaService>;
  /** Where to go on. */
  readonly resume?: { readonly step: number; readonly state: StageState };
  /** Steps between two lines of metrics. Default: 100 lines a stage. */
  readonly logEvery?: number;
  readonly onMetrics?: (metrics: StageMetrics) => void | Promise<void>;
  /** Now and then, after a line of metrics: all that `resume` needs, so that a process that is killed loses little. */
  readonly onState?: (step: number, state: StageState) => void | Promise<void>;
  /** Seconds between two such calls at least. Default: 120; reading the state takes a fraction of a second. */
  readonly stateEverySeconds?: number;
  /** Ends the stage after the steps in hand. */
  readonly signal?: AbortSignal;
}

export interface StageResult {
  /** Steps done; fewer than asked for where the signal came. */
  readonly step: number;
  readonly state: StageState;
  /** Live tensors of the first replica after each log line: equal, or something leaks. */
  readonly liveTensors: readonly number[];
}

/** Trains one stage: cuts the shards among the workers, keeps the log, and gives the weights back. */
export async function runStage(options: RunStageOptions): Promise<StageResult> {
  const { stage, workers, resume, onMetrics, onState, stateEverySeconds = 120, signal } = options;
  const { steps } = stage.schedule;
  const logEvery = options.logEvery ?? Math.max(1, Math.ceil(steps / 100));
  const replicas = Math.min(workers.count, stage.shards);
  const all = Array.from({ length: replicas }, (_, index) => index);
  const exchange = await gradientExchange(workers, stage.shards, replicas);
  await Promise.all(
    all.map((worker) =>
      workers.call(worker, 'join', {
        ownShards: Array.from({ length: stage.shards }, (_, shard) => shard).filter(
          (shard) => shard % replicas === worker,
        ),
        ...(exchange === undefined ? {} : { exchange }),
        ...(resume === undefined ? {} : { state: resume.state }),
      }),
    ),
  );

  const started = performance.now();
  let last = started;
  let saved = started;
  const first = resume?.step ?? 0;
  let step = first;
  const liveTensors: number[] = [];
  while (step < steps && signal?.aborted !== true) {
    const to = Math.min(steps, (Math.floor(step / logEvery) + 1) * logEvery);
    const results = await Promise.all(all.map((worker) => workers.call(worker, 'run', { from: step, to })));
    const now = performance.now();
    await onMetrics?.({
      stage: stage.name,
      step: to,
      losses: meanFigures(results),
      learningRate: learningRateAt(to - 1, stage.schedule),
      seconds: (now - started) / 1000,
      secondsLeft: ((now - started) / 1000 / (to - first)) * (steps - to),
      examplesPerSecond: ((to - step) * stage.examplesPerStep) / ((now - last) / 1000),
    });
    liveTensors.push(results[0]?.liveTensors ?? 0);
    last = now;
    step = to;
    if (onState !== undefined && step < steps && now - saved >= 1000 * stateEverySeconds) {
      await onState(step, await workers.call(0, 'state', undefined));
      saved = now;
    }
  }
  return { step, state: await workers.call(0, 'state', undefined), liveTensors };
}

async function gradientExchange(
  workers: ModuleWorkers<ReplicaService>,
  shards: number,
  replicas: number,
): Promise<Parameters<ReplicaService['join']>[0]['exchange']> {
  if (replicas === 1) return undefined;
  const bytes = (await workers.call(0, 'parameters', undefined)) * shards * Float32Array.BYTES_PER_ELEMENT;
  return {
    gradients: [new SharedArrayBuffer(bytes), new SharedArrayBuffer(bytes)],
    arrived: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
    replicas,
  };
}

/** Means over all shards, in the order of the replicas. */
function meanFigures(results: readonly StepsResult[]): Record<string, number> {
  const names = Object.keys(results[0]?.figures ?? {});
  const shards = results.reduce((sum, result) => sum + result.shards, 0);
  return Object.fromEntries(
    names.map((name) => [
      name,
      results.reduce((sum, result) => sum + (result.figures[name] as number) * result.shards, 0) / shards,
    ]),
  );
}
