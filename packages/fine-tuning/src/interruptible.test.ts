import { expect, it } from '@jest/globals';
import { interruptible } from './interruptible.ts';

/** As a step that is computed without a break. */
function compute(milliseconds: number): void {
  const begun = performance.now();
  while (performance.now() - begun < milliseconds);
}

it('lets a timer abort it between two steps that are computed without a break', async () => {
  const controller = new AbortController();
  const source = interruptible({ batch: async (step) => step }, controller.signal);
  setTimeout(() => controller.abort(new Error('enough')));
  let steps = 0;
  const train = async (): Promise<void> => {
    for (let step = 0; step < 100; step++) {
      await source.batch(step, 0);
      compute(20);
      steps = step;
    }
  };
  await expect(train()).rejects.toThrow('enough');
  expect(steps).toBeLessThan(10);
});

it('leaves batches and closing to the source', async () => {
  let closed = 0;
  const source = interruptible(
    { batch: async (step, part) => [step, part], close: async () => void closed++ },
    undefined,
  );
  expect(await source.batch(3, 1)).toEqual([3, 1]);
  await source.close?.();
  expect(closed).toBe(1);
});
