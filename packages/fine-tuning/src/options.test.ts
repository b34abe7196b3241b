import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { measureEveryOf, progressEvery, stepsOf } from './options.ts';

it('takes 300 steps for a few photographs, and 10 epochs for many', () => {
  expect([100, 1_000, 10_000].map((items) => stepsOf({}, items, 32))).toEqual([300, 313, 3_125]);
  expect(stepsOf({ epochs: 0.001 }, 100, 32)).toBe(1);
});

it('measures at lines of progress, at most 20 times and an epoch apart', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50_000 }), fc.integer({ min: 1, max: 256 }), (items, batchSize) => {
      const steps = stepsOf({}, items, batchSize);
      const every = measureEveryOf({}, { steps, items, batchSize });
      expect(every % progressEvery(steps)).toBe(0);
      expect(Math.ceil(steps / every)).toBeLessThanOrEqual(20);
      expect(every * batchSize).toBeGreaterThanOrEqual(items);
    }),
  );
  expect(measureEveryOf({ measureEvery: 7 }, { steps: 3_125, items: 10_000, batchSize: 32 })).toBe(7);
});
