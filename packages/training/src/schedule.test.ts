import { describe, expect, it } from '@jest/globals';
import { dropoutSeeds } from '@kaleido/foundation';
import fc from 'fast-check';
import { learningRateAt } from './index.ts';

describe('learningRateAt', () => {
  const rates = (steps: number, warmup: number): number[] =>
    Array.from({ length: steps }, (_, step) => learningRateAt(step, { steps, learningRate: 1, warmup }));

  it('rises in equal steps, then falls in equal steps to just above 0', () => {
    expect(rates(10, 0.4)).toEqual([1 / 4, 2 / 4, 3 / 4, 1, 1, 5 / 6, 4 / 6, 3 / 6, 2 / 6, 1 / 6]);
    expect(rates(5, 0)).toEqual([1, 4 / 5, 3 / 5, 2 / 5, 1 / 5]);
    expect(rates(4, 1)).toEqual([1 / 4, 2 / 4, 3 / 4, 1]);
    expect(rates(1, 0.1)).toEqual([1]);
    expect(learningRateAt(10, { steps: 10, learningRate: 3, warmup: 0.4 })).toBe(0);
  });

  it('is above 0, at most the highest rate, and rises and falls once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        (steps, warmup, learningRate) => {
          const all = rates(steps, warmup).map((rate) => rate * learningRate);
          const peak = all.indexOf(Math.max(...all));
          expect(all.every((rate) => rate > 0 && rate <= learningRate)).toBe(true);
          const falls = all.slice(1).map((rate, before) => rate <= all[before]!);
          expect(falls.every((falling, before) => falling === before >= peak)).toBe(true);
        },
      ),
    );
  });
});

describe("the released code's rate", () => {
  const at = (step: number, steps: number): number =>
    learningRateAt(step, { steps, learningRate: 1e-4, warmup: 0.1, compat: 'released' });

  it('also falls during the rise, and is 0 in the first step', () => {
    expect([0, 1, 2, 3, 19].map((step) => at(step, 20))).toEqual(
      [0, 0.5 * 0.95, 0.9, 0.85, 0.05].map((share) => expect.closeTo(1e-4 * share, 12)),
    );
  });

  it('has no rise where a tenth of the steps is less than one', () => {
    expect(at(0, 9)).toBe(1e-4);
    expect(at(8, 9)).toBeCloseTo(1e-4 / 9, 12);
  });

  it('differs from the paper', () => {
    expect(learningRateAt(0, { steps: 20, learningRate: 1e-4, warmup: 0.1 })).toBeCloseTo(5e-5, 12);
  });
});

describe('dropoutSeeds', () => {
  const draws = (seed: number, step: number, shard: number): number[] => {
    const seeds = dropoutSeeds(seed, step, shard);
    return Array.from({ length: 50 }, () => seeds.next());
  };

  it('are reproducible, and all different within a run', () => {
    expect(draws(1, 2, 3)).toEqual(draws(1, 2, 3));
    const all = [0, 1, 2, 3, 4].flatMap((step) => [0, 1, 2].flatMap((shard) => draws(7, step, shard)));
    expect(new Set(all).size).toBe(all.length);
    expect(all.every(Number.isInteger)).toBe(true);
    expect(draws(8, 0, 0)).not.toEqual(draws(7, 0, 0));
  });
});
