import { readAll, tf } from '@kaleido/backend';
import { inProcess } from '@kaleido/foundation';
import { runStage, type StageOptions, type StageState } from '@kaleido/training';
import type { Checkpoint } from './checkpoint.ts';
import { progressEvery } from './options.ts';
import type { FineTuneProgress, Measurement } from './progress.ts';
import type { Learner, Measured } from './task.ts';

export interface TrainLearnerOptions<Figure extends string> {
  readonly stage: StageOptions;
  readonly seed: number;
  /** Left out without validation items. */
  readonly validation?: {
    readonly every: number;
    readonly keep: Figure | 'last';
    readonly direction: 'higher' | 'lower';
    readonly patience: number | undefined;
  };
  /** Where to continue. */
  readonly from?: Checkpoint | undefined;
  /** Called at intervals, when the signal has come, and at the end. */
  readonly save?: (checkpoint: Omit<Checkpoint, 'key'>) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
  readonly tell: (progress: FineTuneProgress<Figure>) => void;
}

export interface TrainedLearner<Figure extends string> {
  /** Steps done. */
  readonly steps: number;
  readonly stoppedEarly: boolean;
  readonly history: readonly Measurement<Figure>[];
  /** Of the weights that the model has now. */
  readonly measured?: Measured<Figure> & { readonly step: number };
}

/** Least seconds between two saved states: reading and writing one takes up to a second. */
const saveEverySeconds = 30;

/**
 * Trains, measures the validation items, and leaves the learner with the weights to keep. A training that continues from
 * a checkpoint takes the same steps as one that was never stopped.
 * @throws the signal's reason, after the state is saved
 */
export async function trainLearner<Result, Figure extends string>(
  learner: Learner<Result, Figure>,
  { stage, seed, validation, from, save, signal, tell }: TrainLearnerOptions<Figure>,
): Promise<TrainedLearner<Figure>> {
  const { steps } = stage.schedule;
  const history = [...(from?.history ?? [])] as Measurement<Figure>[];
  let best = from?.best;
  const stop = new AbortController();
  const forward = (): void => stop.abort();
  signal?.addEventListener('abort', forward);
  const impatient = (): boolean => validation?.patience !== undefined && sinceBest(history) >= validation.patience;
  const measureAt = async (step: number): Promise<void> => {
    if (validation === undefined || (step % validation.every !== 0 && step !== steps)) return;
    const { figures } = await learner.measure(signal);
    const isBest = validation.keep !== 'last' && isBetter(figures, validation.keep, validation.direction, history);
    const measurement: Measurement<Figure> = { step, figures, best: isBest };
    // Before the measurement is noted: a state that is saved after a failure has both, or neither.
    if (isBest) best = await weightsOf(learner);
    history.push(measurement);
    tell({ kind: 'validation', ...measurement });
    if (impatient()) stop.abort();
  };
  const service = learner.replica(stage, seed);
  const state = (step: number, state: StageState, finished: boolean): Omit<Checkpoint, 'key'> => ({
    step,
    finished,
    state,
    history,
    best,
  });
  try {
    signal?.throwIfAborted();
    let step = from?.step ?? 0;
    if (from !== undefined) assign(learner, from.state.weights);
    if (from?.finished !== true) {
      // A state that was saved because its measurement failed or was aborted.
      if (from !== undefined && history.at(-1)?.step !== from.step) await measureAt(from.step);
      // A state that was saved between its last measurement and the end.
      if (impatient()) stop.abort();
      const result = await runStage({
        stage,
        workers: inProcess(service),
        logEvery: logEveryOf(steps, validation?.every),
        signal: stop.signal,
        stateEverySeconds: saveEverySeconds,
        ...(from === undefined ? {} : { resume: { step: from.step, state: from.state } }),
        ...(save === undefined ? {} : { onState: (at: number, now: StageState) => save(state(at, now, false)) }),
        onMetrics: async (metrics) => {
          tell({ kind: 'step', ...metrics });
          await measureAt(metrics.step);
          // Lets a page draw and handle events between two lines.
          await new Promise((resolve) => setTimeout(resolve));
        },
      });
      step = result.step;
      const finished = step === steps || impatient();
      await save?.(state(step, result.state, finished));
      if (!finished) signal?.throwIfAborted();
    }
    const chosen = history.findLast((measurement) => measurement.best);
    if (best !== undefined && chosen !== undefined && chosen.step < step) assign(learner, best);
    const kept = best === undefined ? step : (chosen?.step ?? step);
    const measured = validation && { ...(await learner.measure(signal)), step: kept };
    return {
      steps: step,
      stoppedEarly: step < steps,
      history,
      ...(measured === undefined ? {} : { measured }),
    };
  } finally {
    signal?.removeEventListener('abort', forward);
    await service.close(undefined);
  }
}

/** Measurements since the best one. */
function sinceBest(history: readonly Measurement[]): number {
  return history.length - 1 - history.findLastIndex(({ best }) => best);
}

/** Better than the best so far; of equal ones, the one with the lower loss. NaN, of a figure that is undefined, is never better. */
function isBetter<Figure extends string>(
  figures: Measurement<Figure>['figures'],
  keep: Figure,
  direction: 'higher' | 'lower',
  history: readonly Measurement<Figure>[],
): boolean {
  if (Number.isNaN(figures[keep])) return false;
  const before = history.findLast(({ best }) => best)?.figures;
  if (before === undefined) return true;
  const gain = (figures[keep] - before[keep]) * (direction === 'higher' ? 1 : -1);
  const losses = [figures, before].map((one) => (one as Readonly<Record<string, number>>).loss);
  return gain > 0 || (gain === 0 && losses[0] !== undefined && losses[0] < (losses[1] as number));
}

async function weightsOf({ variables }: Learner<unknown, string>): Promise<ReadonlyMap<string, Float32Array>> {
  const values = await readAll([...variables.values()]);
  return new Map([...variables.keys()].map((name, at) => [name, values[at] as Float32Array]));
}

function assign({ variables }: Learner<unknown, string>, weights: ReadonlyMap<string, Float32Array>): void {
  for (const [name, variable] of variables) {
    const values = weights.get(name);
    if (values !== undefined) tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
}

/** Steps between two lines of progress, with one at every measurement. */
function logEveryOf(steps: number, measureEvery: number | undefined): number {
  const wanted = progressEvery(steps);
  if (measureEvery === undefined) return wanted;
  let every = Math.min(wanted, measureEvery);
  while (measureEvery % every !== 0) every -= 1;
  return every;
}
