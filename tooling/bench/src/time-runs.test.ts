import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { memory, selectBackend, tf } from '@kaleido/backend';
import { median, timeRuns } from './time-runs.ts';

// The test has its own clock, so that other load on the machine does not matter.
beforeAll(async () => {
  await selectBackend({ prefer: 'cpu' });
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout'] });
});

afterAll(() => {
  jest.useRealTimers();
});

/** Advances the clock. */
function busy(milliseconds: number): tf.Tensor {
  jest.advanceTimersByTime(milliseconds);
  return tf.scalar(1);
}

describe('timeRuns', () => {
  it('gives the time of one run, and leaks no tensor', async () => {
    let runs = 0;
    const before = memory().numTensors;
    const timing = await timeRuns(
      () => {
        runs++;
        return busy(5);
      },
      { seconds: 0.2 },
    );
    expect(timing.milliseconds).toBeCloseTo(5, 6);
    expect(timing.bestMilliseconds).toBeCloseTo(5, 6);
    // One to warm up and one to estimate the time, then four before each wait.
    expect(timing.runs).toBe(40);
    expect(runs).toBe(42);
    expect(memory().numTensors).toBe(before);
  });

  it('runs work longer than the given time once, or the minimum number of times', async () => {
    expect(await timeRuns(() => busy(30), { seconds: 0.01, runsAtOnce: 4 })).toMatchObject({ runs: 1 });
    expect(await timeRuns(() => busy(30), { seconds: 0.01, leastGroups: 3 })).toMatchObject({ runs: 3 });
  });
});

describe('median', () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[8, 2, 4, 100], 6],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('refuses an empty list', () => {
    expect(() => median([])).toThrow('of nothing');
  });
});
