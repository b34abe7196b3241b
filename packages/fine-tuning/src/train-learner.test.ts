import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createVariable, memory, selectBackend, tf, type Variable } from '@kaleido/backend';
import { replicaService } from '@kaleido/training';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import type { FineTuneProgress } from './progress.ts';
import type { Learner } from './task.ts';
import { type TrainedLearner, type TrainLearnerOptions, trainLearner } from './train-learner.ts';

const steps = 12;
/** The step that each value of the weight comes after: training is deterministic. */
const stepOf = new Map<number, number>();
let weight: Variable;
let tensors = 0;

beforeAll(async () => {
  await selectBackend({ prefer: 'cpu' });
});
beforeEach(() => {
  tensors = memory().numTensors;
  weight = createVariable(undefined, Float32Array.of(0), [1]);
  stepOf.clear();
  stepOf.set(0, 0);
});
afterEach(() => {
  weight.dispose();
  expect(memory().numTensors).toBe(tensors);
});

type Scores = Readonly<Record<number, { readonly score: number; readonly loss?: number }>>;

/** A learner of one weight whose figures after each step are given. */
function learnerOf(scores: Scores, onMeasure: (step: number) => void = () => undefined): Learner<never, 'score'> {
  const variables = new Map([['weight', weight]]);
  let last = 0;
  return {
    variables,
    head: undefined,
    notes: [],
    missing: {},
    replica: (stage, seed) =>
      replicaService(
        {
          variables,
          loss: ({ step }: { step: number }) => {
            last = step + 1;
            return { loss: tf.sum(tf.square(tf.sub(weight, step % 5))), figures: {} };
          },
        },
        { batch: async (step) => ({ step }) },
        stage,
        seed,
      ),
    async measure(signal) {
      const [value] = (await weight.data()) as Float32Array;
      if (!stepOf.has(value!)) stepOf.set(value!, last);
      const step = stepOf.get(value!)!;
      onMeasure(step);
      signal?.throwIfAborted();
      return { figures: scores[step] as { score: number } };
    },
    dispose: () => undefined,
  };
}

type Options = Omit<Partial<TrainLearnerOptions<'score'>>, 'validation'> & {
  readonly patience?: number;
  readonly every?: number;
  readonly keep?: 'score' | 'last';
};

function train(learner: Learner<never, 'score'>, options: Options = {}): Promise<TrainedLearner<'score'>> {
  const { patience, every = 2, keep = 'score', ...others } = options;
  return trainLearner(learner, {
    stage: {
      name: 'test',
      schedule: { steps, learningRate: 0.1, warmup: 0.1 },
      microBatches: 1,
      examplesPerStep: 1,
    },
    seed: 1,
    tell: () => undefined,
    validation: { every, keep, direction: 'higher', patience },
    ...others,
  });
}

/** Scores after steps 2, 4, 6, ... */
function scored(...scores: readonly number[]): Scores {
  return Object.fromEntries(scores.map((score, at) => [2 * (at + 1), { score }]));
}

/** As it is kept in a file. */
function stored(checkpoint: Omit<Checkpoint, 'key'>): Checkpoint {
  return decodeCheckpoint(encodeCheckpoint({ ...checkpoint, key: 'k' }), 'state', 'k');
}

describe('the weights that are kept', () => {
  it('are the first of equal ones, and of these the one with the lower loss', async () => {
    const plain = await train(learnerOf(scored(1, 3, 2, 3, 0, 1)));
    expect(plain).toMatchObject({ steps, stoppedEarly: false, measured: { step: 4, figures: { score: 3 } } });
    expect(stepOf.get((await weight.data())[0]!)).toBe(4);
    const losses: Scores = {
      2: { score: 1, loss: 4 },
      4: { score: 1, loss: 3 },
      6: { score: 1, loss: 3 },
      8: { score: 0, loss: 1 },
      10: { score: 1, loss: 5 },
      12: { score: 1, loss: 4 },
    };
    expect((await train(learnerOf(losses))).measured).toEqual({ step: 4, figures: { score: 1, loss: 3 } });
  });

  it('are the last ones if asked for', async () => {
    const { measured, history } = await train(learnerOf(scored(1, 3, 2, 3, 0, 1)), { keep: 'last' });
    expect(measured).toEqual({ step: 12, figures: { score: 1 } });
    expect(history.map(({ best }) => best)).toEqual(Array(6).fill(false));
  });

  it('are never those with a figure that is NaN', async () => {
    const { measured } = await train(learnerOf(scored(Number.NaN, 1, Number.NaN, 2, 1, Number.NaN)));
    expect(measured).toEqual({ step: 8, figures: { score: 2 } });
    const none = await train(learnerOf(scored(...Array<number>(6).fill(Number.NaN))), { patience: 4 });
    expect([none.steps, none.measured!.step]).toEqual([8, 8]);
  });
});

describe('patience', () => {
  it.each([
    [1, [1, 2, 2, 3, 4, 5], 6],
    [2, [1, 0, 2, 1, 2, 3], 10],
    [3, [1, 0, 2, 1, 2, 3], 12],
    [1, [1, 2, 3, 4, 5, 6], 12],
  ])('%d ends %j after step %d', async (patience, scores, ends) => {
    const done = await train(learnerOf(scored(...scores)), { patience });
    expect([done.steps, done.stoppedEarly]).toEqual([ends, ends < steps]);
    expect(done.history).toHaveLength(ends / 2);
  });
});

describe('a stopped training', () => {
  const scores = scored(1, 3, Number.NaN, 2, 3, 1);

  it.each([1, 2, 3, 4, 7, 11, 12])('continues after step %d as if nothing had happened', async (at) => {
    const whole = await train(learnerOf(scores));
    const end = (await weight.data())[0];
    tf.tidy(() => weight.assign(tf.zeros([1])));
    const controller = new AbortController();
    const saved: Checkpoint[] = [];
    const tell = (progress: FineTuneProgress<'score'>) =>
      progress.kind === 'step' && progress.step === at && controller.abort(new Error('stop'));
    const save = async (checkpoint: Omit<Checkpoint, 'key'>) => void saved.push(stored(checkpoint));
    await expect(train(learnerOf(scores), { tell, save, signal: controller.signal })).rejects.toThrow('stop');
    expect(saved.at(-1)!.step).toBe(at);
    tf.tidy(() => weight.assign(tf.zeros([1])));
    expect(await train(learnerOf(scores), { from: saved.at(-1)!, save })).toEqual(whole);
    expect((await weight.data())[0]).toBe(end);
    // Nothing is left to do.
    expect(saved.at(-1)!.finished).toBe(true);
    tf.tidy(() => weight.assign(tf.zeros([1])));
    expect(await train(learnerOf(scores), { from: saved.at(-1)! })).toEqual(whole);
  });

  it('stays ended early if it was killed before that was saved', async () => {
    const few = scored(3, 2, 1, 1, 9, 9);
    const saved: Checkpoint[] = [];
    const save = async (checkpoint: Omit<Checkpoint, 'key'>) => void saved.push(stored(checkpoint));
    const whole = await train(learnerOf(few), { patience: 2, save });
    expect([whole.steps, whole.measured!.step]).toEqual([6, 2]);
    const killed = { ...saved.at(-1)!, finished: false };
    expect(await train(learnerOf(few), { patience: 2, from: killed })).toEqual(whole);
  });

  it('can be stopped while it measures', async () => {
    const whole = await train(learnerOf(scores));
    tf.tidy(() => weight.assign(tf.zeros([1])));
    const controller = new AbortController();
    const saved: Checkpoint[] = [];
    const save = async (checkpoint: Omit<Checkpoint, 'key'>) => void saved.push(stored(checkpoint));
    const stopping = learnerOf(scores, (step) => step === 4 && controller.abort(new Error('stop')));
    await expect(train(stopping, { save, signal: controller.signal })).rejects.toThrow('stop');
    expect(saved.map(({ step, history }) => [step, history.length])).toEqual([[4, 1]]);
    expect(await train(learnerOf(scores), { from: saved[0]! })).toEqual(whole);
  });

  it('stops at once if the signal has come before', async () => {
    const signal = AbortSignal.abort(new Error('before'));
    await expect(train(learnerOf(scores), { signal })).rejects.toThrow('before');
  });
});
