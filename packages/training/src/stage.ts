import { KaleidoError, type ModuleWorkers } from '@kaleido/foundation';

import { abortThreadCollective, threadCollectiveMemory } from './collective/thread-collective.ts';
import type { StepsResult } from './replica.ts';
import type { ReplicaService, StageState } from './replica-service.ts';
import { learningRateAt } from './schedule.ts';
import type { StageOptions } from './stage-options.ts';

/** A line of a run's `metrics.jsonl`. */
export interface StageMetrics {
  readonly stage: string;
  /** Steps done. */
  readonly step: number;
  /** Mean of each loss since the previous line. */
  readonly losses: Readonly<Record<string, number>>;
  /** Of the last step. */
  readonly learningRate: number;
  /** Since the stage began or was resumed. */
  readonly seconds: number;
  /** To the stage's end, at the current average speed. */
  readonly secondsLeft: number;
  readonly examplesPerSecond: number;
  /** Share of the time since the previous line that was spent waiting for batches, 0..1. */
  readonly waiting: number;
}

export interface RunStageOptions {
  readonly stage: StageOptions;
  /** Replicas in worker threads, or one on this thread. */
  readonly workers: ModuleWorkers<ReplicaService>;
  /** Where to resume. */
  readonly resume?: { readonly step: number; readonly state: StageState };
  /** Steps between two lines of metrics. Default: 100 lines a stage. */
  readonly logEvery?: number;
  readonly onMetrics?: (metrics: StageMetrics) => void | Promise<void>;
  /**
   * Called at intervals after a line of metrics, and once more if a step fails, with all that `resume` needs. Never
   * called with weights that are NaN, infinite or only partly updated.
   */
  readonly onState?: (step: number, state: StageState) => void | Promise<void>;
  /** Least seconds between two such calls. Default: 120. Reading the state takes a fraction of a second. */
  readonly stateEverySeconds?: number;
  /** Ends the stage at the next line of metrics. */
  readonly signal?: AbortSignal;
}

export interface StageResult {
  /** Steps done; fewer than the schedule's if the signal came. */
  readonly step: number;
  readonly state: StageState;
  /** Live tensors of the first replica after each log line: a difference shows a leak. */
  readonly liveTensors: readonly number[];
}

/**
 * Trains one stage: distributes the micro-batches to the workers, keeps the log, and returns the weights.
 *
 * @throws what a step threw, after passing the state before it to `onState` if a replica still has it complete;
 *   KaleidoError if the loss, a weight or a moment is NaN or infinite
 */
export async function runStage(options: RunStageOptions): Promise<StageResult> {
  const { stage, workers, resume, onMetrics, onState, stateEverySeconds = 120, signal } = options;
  const { steps } = stage.schedule;
  const logEvery = options.logEvery ?? Math.max(1, Math.ceil(steps / 100));
  const replicas = Math.min(workers.count, stage.microBatches);
  const all = Array.from({ length: replicas }, (_, index) => index);
  const memory =
    replicas === 1
      ? undefined
      : threadCollectiveMemory(replicas, stage.microBatches, await workers.call(0, 'parameters', undefined));
  await Promise.all(
    all.map((worker) =>
      workers.call(worker, 'join', {
        ...(memory === undefined ? {} : { threads: { memory, rank: worker } }),
        ...(resume === undefined ? {} : { state: resume.state }),
      }),
    ),
  );

  const started = performance.now();
  let last = started;
  let lastSaved = started;
  const first = resume?.step ?? 0;
  let savedStep = first;
  let step = first;
  const liveTensors: number[] = [];
  const save = async (at: number, state: StageState): Promise<void> => {
    assertNumbers(stage, at, state);
    await onState?.(at, state);
    savedStep = at;
    lastSaved = performance.now();
  };
  try {
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
        waiting: Math.max(...results.map(({ waited }) => waited)) / (now - last),
      });
      liveTensors.push(results[0]?.liveTensors ?? 0);
      last = now;
      step = to;
      if (onState !== undefined && step < steps && now - lastSaved >= 1000 * stateEverySeconds)
        await save(step, await workers.call(0, 'state', undefined));
    }
  } catch (error) {
    if (memory !== undefined) abortThreadCollective(memory, 'another replica of this step has failed');
    const remains = onState && (await remainsOf(workers, replicas));
    // The first failure is the one to report, whether or not the state can be saved.
    if (remains !== undefined && remains.step > savedStep)
      await save(remains.step, remains.state).catch(() => undefined);
    throw error;
  }
  const state = await workers.call(0, 'state', undefined);
  assertNumbers(stage, step, state);
  return { step, state, liveTensors };
}

/** Milliseconds for the replicas to end after one has failed, and to read their state. */
const patience = 60_000;

/** State of the first replica that answers. A dead one, or one with a lost device, never answers. */
async function remainsOf(
  workers: ModuleWorkers<ReplicaService>,
  replicas: number,
): Promise<Awaited<ReturnType<ReplicaService['remains']>>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, patience, undefined);
  });
  const answers = Array.from({ length: replicas }, async (_, worker) => {
    const found = await workers.call(worker, 'remains', undefined);
    return found ?? Promise.reject(new Error('nothing is whole'));
  });
  const found = await Promise.race([Promise.any(answers).catch(() => undefined), tooLong]);
  clearTimeout(timer);
  return found;
}

/** @throws KaleidoError for a weight or moment that is NaN or infinite: it must not replace a valid saved one */
function assertNumbers(stage: StageOptions, step: number, { weights, optimizer }: StageState): void {
  for (const values of [weights, optimizer.firstMoments, optimizer.secondMoments])
    for (const [name, numbers] of values) {
      const index = numbers.findIndex((number) => !Number.isFinite(number));
      if (index < 0) continue;
      throw new KaleidoError({
        source: 'training',
        problem: `after step ${step} of ${stage.name} "${name}" is ${Number.isNaN(numbers[index]) ? 'NaN' : 'infinite'} at ${index}`,
        found: String(numbers[index]),
        advice: 'lower the learning rate, or check the features for extreme values',
      });
    }
}

/** Means over all micro-batches, in the order of the replicas. */
function meanFigures(results: readonly StepsResult[]): Record<string, number> {
  const names = Object.keys(results[0]?.figures ?? {});
  const microBatches = results.reduce((sum, result) => sum + result.microBatches, 0);
  return Object.fromEntries(
    names.map((name) => [
      name,
      results.reduce((sum, result) => sum + (result.figures[name] as number) * result.microBatches, 0) / microBatches,
    ]),
  );
}
