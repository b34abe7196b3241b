import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { memory, selectBackend } from '@kaleido/backend';
import { inProcess, KaleidoError, type ModuleWorkers } from '@kaleido/foundation';
import { openModuleWorkers } from '@kaleido/foundation/node';
import { open, type ToyData } from '../test/toy-service.mjs';
import {
  type ReplicaService,
  type RunStageOptions,
  runStage,
  type StageMetrics,
  type StageOptions,
  type StageResult,
} from './index.ts';

const stageOf = (changes: Partial<StageOptions> = {}): StageOptions => ({
  name: 'toy',
  schedule: { steps: 40, learningRate: 0.05, warmup: 0.1 },
  microBatches: 1,
  examplesPerStep: 12,
  ...changes,
});

const opened: ModuleWorkers<ReplicaService>[] = [];
const threads = (count: number, data: ToyData): ModuleWorkers<ReplicaService> => {
  const module = new URL('../test/toy-service.mjs', import.meta.url);
  const workers = openModuleWorkers<ReplicaService>({ module, count, data });
  opened.push(workers);
  return workers;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((workers) => workers.close()));
});
beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
});

type Run = StageResult & { readonly lines: readonly StageMetrics[] };

/** Runs a stage on the workers, or on a fresh replica in this thread. */
async function run(data: ToyData, options: Partial<RunStageOptions> & { stopAfterLines?: number } = {}): Promise<Run> {
  const { stopAfterLines = Number.POSITIVE_INFINITY, ...rest } = options;
  const lines: StageMetrics[] = [];
  const stop = new AbortController();
  const result = await runStage({
    stage: data.stage,
    workers: options.workers ?? inProcess(await open(data)),
    logEvery: 10,
    onMetrics: (line) => {
      lines.push(line);
      if (lines.length >= stopAfterLines) stop.abort();
    },
    signal: stop.signal,
    ...rest,
  });
  return { ...result, lines };
}

const figuresOf = ({ lines }: Run) => lines.map(({ step, losses }) => ({ step, losses }));

describe('runStage', () => {
  it('learns, and logs its progress', async () => {
    const { lines, step, state, liveTensors } = await run({ stage: stageOf(), seed: 1 });
    expect(step).toBe(40);
    expect(state.optimizer.step).toBe(40);
    expect(lines.map((line) => [line.stage, line.step])).toEqual([10, 20, 30, 40].map((at) => ['toy', at]));
    expect(lines.at(-1)!.losses.loss).toBeLessThan(lines[0]!.losses.loss! * 0.7);
    expect(Object.keys(lines[0]!.losses)).toEqual(['loss', 'size']);
    expect(lines.at(-1)!.learningRate).toBeCloseTo(0.05 / 36, 10);
    for (const [i, line] of lines.entries()) {
      expect(line.seconds).toBeGreaterThan(lines[i - 1]?.seconds ?? 0);
      expect(line.examplesPerSecond).toBeGreaterThan(0);
    }
    expect(liveTensors.length).toBe(4);
    expect(new Set(liveTensors).size).toBe(1);
  });

  it('gives bit-identical figures and weights for the same seed, and others for another', async () => {
    const data = { stage: stageOf(), seed: 1, dropout: 0.2 };
    const [first, second, other] = [await run(data), await run(data), await run({ ...data, seed: 2 })];
    expect(figuresOf(second)).toEqual(figuresOf(first));
    expect(second.state).toEqual(first.state);
    expect(figuresOf(other)).not.toEqual(figuresOf(first));
  });

  it('logs the mean since the previous line, regardless of the interval', async () => {
    const data = { stage: stageOf(), seed: 1, dropout: 0.2 };
    const [single, tens, odd] = [await run(data, { logEvery: 1 }), await run(data), await run(data, { logEvery: 17 })];
    expect(odd.lines.map(({ step }) => step)).toEqual([17, 34, 40]);
    expect(odd.state).toEqual(tens.state);
    const mean = (from: number, to: number): number =>
      single.lines.slice(from, to).reduce((sum, { losses }) => sum + losses.loss!, 0) / (to - from);
    expect(tens.lines[1]!.losses.loss).toBeCloseTo(mean(10, 20), 5);
    expect(odd.lines[2]!.losses.loss).toBeCloseTo(mean(34, 40), 5);
  });

  it('updates variables that the loss sometimes reaches, but not those that it never reaches', async () => {
    const data = { stage: stageOf({ optimizer: { weightDecay: 0.1 } }), seed: 1 };
    const start = await run(data, { signal: AbortSignal.abort() });
    expect([start.step, start.lines.length]).toEqual([0, 0]);
    const { state } = await run(data);
    expect(state.weights.get('never')).toEqual(start.state.weights.get('never'));
    expect(state.optimizer.secondMoments.get('never')).toEqual(new Float32Array(3));
    expect(state.weights.get('sometimes')).not.toEqual(start.state.weights.get('sometimes'));
  });

  it.each([1, 2])('stops and resumes with bit-identical results, with %d micro-batches', async (microBatches) => {
    const data = { stage: stageOf({ microBatches }), seed: 3, dropout: 0.2 };
    const whole = await run(data);
    const part = await run(data, { logEvery: 7, stopAfterLines: 2 });
    expect(part.step).toBe(14);
    const resumed = await run(data, { resume: { step: part.step, state: structuredClone(part.state) } });
    expect(resumed.lines.map(({ step }) => step)).toEqual([20, 30, 40]);
    expect(resumed.state).toEqual(whole.state);
    expect(figuresOf(resumed).slice(1)).toEqual(figuresOf(whole).slice(2));
  });

  it('hands over its state at intervals, and resumes from it to the same end', async () => {
    const data = { stage: stageOf(), seed: 3, dropout: 0.2 };
    const states: [number, StageResult['state']][] = [];
    const onState: RunStageOptions['onState'] = (step, state) => void states.push([step, state]);
    const whole = await run(data, { onState, stateEverySeconds: 0 });
    // The stage returns its final state.
    expect(states.map(([step]) => step)).toEqual([10, 20, 30]);
    const [step, state] = states[1]!;
    expect((await run(data, { resume: { step, state } })).state).toEqual(whole.state);
    expect(whole.state).toEqual((await run(data, { onState })).state);
    expect(states).toHaveLength(3);
  });

  it('refuses a loss that is NaN', async () => {
    const failing = run({ stage: stageOf(), seed: 1, poisonedFrom: 13 });
    const error: unknown = await failing.catch((caught: unknown) => caught);
    expect(KaleidoError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      source: 'training',
      problem: 'the loss is NaN after step 20',
      found: 'NaN',
      advice: 'lower the learning rate, or check the features for extreme values',
    });
  });

  it('gives nearly the same result for any number of micro-batches', async () => {
    const results = [];
    for (const microBatches of [1, 2, 3]) results.push(await run({ stage: stageOf({ microBatches }), seed: 4 }));
    for (const { state, lines } of results.slice(1)) {
      for (const [name, values] of state.weights)
        for (const [i, value] of values.entries())
          expect(Math.abs(value - results[0]!.state.weights.get(name)![i]!)).toBeLessThan(1e-3);
      expect(lines.at(-1)!.losses.loss).toBeCloseTo(results[0]!.lines.at(-1)!.losses.loss!, 3);
    }
  });

  it('can be joined again by the same service, without earlier moments', async () => {
    const data = { stage: stageOf(), seed: 1 };
    const service = await open(data);
    const workers = inProcess(service);
    const first = await run(data, { workers });
    const live = memory().numTensors;
    service.join({ state: first.state });
    expect(memory().numTensors).toBe(live);
    expect(await service.state(undefined)).toEqual(first.state);
  });
});

describe('a loss over the whole step', () => {
  it('has the same value and gradients for any number of micro-batches', async () => {
    const results = [];
    for (const microBatches of [1, 2, 3])
      results.push(await run({ stage: stageOf({ microBatches }), seed: 4, contrast: 0.5 }));
    for (const { state, lines } of results.slice(1)) {
      for (const [name, values] of state.weights)
        for (const [i, value] of values.entries())
          expect(Math.abs(value - results[0]!.state.weights.get(name)![i]!)).toBeLessThan(1e-3);
      expect(lines.at(-1)!.losses.far).toBeCloseTo(results[0]!.lines.at(-1)!.losses.far!, 3);
    }
    expect(results[0]!.lines.at(-1)!.losses.far).toBeLessThan(results[0]!.lines[0]!.losses.far! - 0.1);
    expect(new Set(results[1]!.liveTensors).size).toBe(1);
  });

  it('gives bit-identical results on threads, and after a stop', async () => {
    const data = { stage: stageOf({ microBatches: 3 }), seed: 7, dropout: 0.2, contrast: 0.5 };
    const alone = await run(data);
    const together = await run(data, { workers: threads(2, data) });
    expect(together.state).toEqual(alone.state);
    expect(new Set(together.liveTensors).size).toBe(1);
    const part = await run(data, { logEvery: 7, stopAfterLines: 2, workers: threads(3, data) });
    expect((await run(data, { resume: { step: part.step, state: part.state } })).state).toEqual(alone.state);
  });
});

describe('runStage on threads', () => {
  it('gives the same weights as without threads', async () => {
    const data = { stage: stageOf({ microBatches: 2 }), seed: 5, dropout: 0.2 };
    const alone = await run(data);
    const together = await run(data, { workers: threads(2, data) });
    expect(together.state).toEqual(alone.state);
    expect(together.lines.map(({ step }) => step)).toEqual(alone.lines.map(({ step }) => step));
    for (const [i, { losses }] of together.lines.entries())
      expect(losses.loss).toBeCloseTo(alone.lines[i]!.losses.loss!, 5);
    expect(new Set(together.liveTensors).size).toBe(1);
  });

  it('resumes with another number of threads, and with an uneven number of micro-batches per thread', async () => {
    const data = { stage: stageOf({ microBatches: 3 }), seed: 6, dropout: 0.2 };
    const whole = await run(data);
    const part = await run(data, { logEvery: 7, stopAfterLines: 3 });
    const resume = { step: part.step, state: part.state };
    const resumed = await run(data, { resume, workers: threads(2, data) });
    expect(resumed.state).toEqual(whole.state);
  });

  it.each([
    ['fault', 'no batch for step 12'],
    ['refusal', '@kaleido/toy: no batch for step 12'],
    ['end', expect.stringMatching('a worker thread ended early, found "exit code 7"')],
  ] as const)(
    'reports the %s of one thread, hands over the steps before it, and can be closed',
    async (failure, message) => {
      const data = { stage: stageOf({ microBatches: 2 }), seed: 1, dropout: 0.2 };
      const states: [number, StageResult['state']][] = [];
      const failing = run(
        { ...data, failAt: 12, failure },
        { workers: threads(2, { ...data, failAt: 12, failure }), onState: (...state) => void states.push(state) },
      );
      await expect(failing).rejects.toMatchObject({ message });
      expect(states.map(([step]) => step)).toEqual([12]);
      expect(states[0]?.[1]).toEqual((await run(data, { logEvery: 12, stopAfterLines: 1 })).state);
    },
  );
});

describe('runStage where a step fails', () => {
  /** The steps that were saved, and what was thrown. */
  async function fail(
    data: ToyData,
    options: Partial<RunStageOptions> = {},
  ): Promise<{ steps: number[]; error: unknown }> {
    const steps: number[] = [];
    const error: unknown = await run(data, { onState: (step) => void steps.push(step), ...options }).catch(
      (caught: unknown) => caught,
    );
    return { steps, error };
  }

  it('hands over the state before that step, and resumes from it to the same end', async () => {
    const data = { stage: stageOf(), seed: 3, dropout: 0.2 };
    let saved: Required<RunStageOptions>['resume'] | undefined;
    const failing = run(
      { ...data, failAt: 17, failure: 'refusal' },
      {
        onState: (step, state) => {
          saved = { step, state: structuredClone(state) };
        },
      },
    );
    await expect(failing).rejects.toThrow('@kaleido/toy: no batch for step 17');
    expect(saved?.step).toBe(17);
    expect((await run(data, { resume: saved! })).state).toEqual((await run(data)).state);
  });

  it('keeps the saved state if the loss is NaN', async () => {
    const { steps, error } = await fail({ stage: stageOf(), seed: 1, poisonedFrom: 13 }, { stateEverySeconds: 0 });
    expect(error).toMatchObject({ problem: 'the loss is NaN after step 20' });
    expect(steps).toEqual([10]);
  });

  it('keeps the saved state if only the gradient is NaN', async () => {
    const data = { stage: stageOf(), seed: 1, poisonedGradientAt: 19 };
    const { steps, error } = await fail(data, { stateEverySeconds: 0 });
    expect(error).toMatchObject({
      source: 'training',
      problem: expect.stringMatching(/^after step 20 of toy ".*" is NaN at 0$/),
      found: 'NaN',
    });
    expect(steps).toEqual([10]);
  });

  it('reports the failure itself, not the failed save after it', async () => {
    const onState = (): never => {
      throw new Error('the disk is full');
    };
    const { error } = await fail({ stage: stageOf(), seed: 1, failAt: 5, failure: 'fault' }, { onState });
    expect(error).toMatchObject({ message: 'no batch for step 5' });
  });

  it('saves if only the log cannot be written', async () => {
    const onMetrics = (): never => {
      throw new Error('the disk is full');
    };
    const { steps, error } = await fail({ stage: stageOf(), seed: 1 }, { onMetrics });
    expect(error).toMatchObject({ message: 'the disk is full' });
    expect(steps).toEqual([10]);
  });
});
