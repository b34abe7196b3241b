import { describe, expect, it } from '@jest/globals';
import { randomStream } from '@kaleido/foundation';
import { comparePaired } from './compare-paired.ts';

const repeated = (...parts: (readonly [value: number, times: number])[]): number[] =>
  parts.flatMap(([value, times]) => Array.from({ length: times }, () => value));

describe('comparePaired', () => {
  it('gives the interval of a proportion, and who wins where', () => {
    // The second is better on 20 of 100 items and worse on 4: the difference has the mean 0.16.
    const first = repeated([0, 20], [1, 4], [1, 76]);
    const second = repeated([1, 20], [0, 4], [1, 76]);
    const { interval, ...compared } = comparePaired(first, second);
    expect(compared).toEqual({
      items: 100,
      means: [0.8, 0.96],
      difference: expect.closeTo(0.16, 10),
      wins: { first: 4, second: 20, neither: 76 },
    });
    // By the central limit theorem 1.96 * sqrt((0.24 - 0.16^2) / 100) = 0.091 on both sides.
    expect(Math.abs(interval[0] - 0.069)).toBeLessThan(0.015);
    expect(Math.abs(interval[1] - 0.251)).toBeLessThan(0.015);
    expect(comparePaired(first, second).interval).toEqual(interval);
  });

  it('is a point where both models differ by the same everywhere', () => {
    expect(comparePaired([1, 2, 4], [1.5, 2.5, 4.5])).toMatchObject({ difference: 0.5, interval: [0.5, 0.5] });
    expect(comparePaired([1, 0], [1, 0])).toMatchObject({ difference: 0, interval: [0, 0] });
  });

  it('holds 0 in about 95 of 100 comparisons of models that are equally good', () => {
    let holds = 0;
    for (let trial = 0; trial < 100; trial++) {
      const random = randomStream(trial, 'equal models');
      const scores = (): number[] => Array.from({ length: 60 }, () => (random.chance(0.7) ? 1 : 0));
      const { interval } = comparePaired(scores(), scores(), { resamples: 200, seed: trial });
      if (interval[0] <= 0 && interval[1] >= 0) holds += 1;
    }
    expect(holds).toBeGreaterThan(85);
    expect(holds).toBeLessThan(100);
  });

  it('refuses what cannot be compared', () => {
    expect(() => comparePaired([1, 0], [1])).toThrow(
      '@kaleido/eval: two models are compared by their scores for the same items, two or more, found [2,1]; give one score',
    );
    expect(() => comparePaired([1], [1])).toThrow(/two or more, found \[1,1\]/);
    expect(() => comparePaired([1, Number.NaN], [1, 0])).toThrow(/scores must be finite, found NaN/);
    expect(() => comparePaired([1, 0], [1, 0], { resamples: 10 })).toThrow(/resamples must be .*, found 10/);
  });
});
