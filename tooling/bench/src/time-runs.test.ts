import { beforeAll, describe, expect, it } from '@jest/globals';
import { memory, selectBackend, tf } from '@kaleido/backend';
import { median, timeRuns } from './time-runs.ts';

beforeAll(async () => {
  await selectBackend({ prefer: 'cpu' });
});

/** Keeps the thread busy. */
function busy(milliseconds: number): tf.Tensor {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
  return tf.scalar(1);
}

describe('timeRuns', () => {
  it('gives the time of one run, and no tensor stays', async () => {
    let runs = 0;
    const before = memory().numTensors;
    const timing = await timeRuns(
      () => {
        runs++;
        return busy(5);
      },
      { seconds: 0.2 },
    );
    expect(timing.milliseconds).toBeGreaterThanOrEqual(5);
    expect(timing.bestMilliseconds).toBeLessThan(10);
    // One to warm up and one to see how long it takes.
    expect(runs).toBe(timing.runs + 2);
    expect(timing.runs % 4).toBe(0);
    expect(memory().numTensors).toBe(before);
  });

  it('takes what is longer than its time once, or as often as it must', async () => {
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

  it('refuses nothing', () => {
    expect(() => median([])).toThrow('of nothing');
  });
});
