import { describe, expect, it } from '@jest/globals';
import { expectClose, open, variants } from '../test/check-operation.ts';
import { smallTransformer } from '../test/small-transformer.ts';
import { countWork, memory, type Work } from './index.ts';

describe('a training step', () => {
  it.each([0, 0.2])(
    'has the same loss and gradients on every backend, fused and composed, with dropout %d',
    async (rate) => {
      const found = [];
      for (const variant of variants) {
        const way = await open(variant);
        const model = smallTransformer();
        found.push(await way(() => model.valueAndGradients(rate)));
        model.dispose();
      }
      const [expected, ...others] = found;
      for (const other of others) {
        other.forEach((values, i) => {
          expectClose(values, expected![i]!, 1e-4, `result ${i}`);
        });
      }
    },
  );

  it.each(variants)('repeats to the last bit, learns, and leaves no tensor behind on %s', async (variant) => {
    const way = await open(variant);
    const before = memory().numTensors;
    const run = async () => {
      const model = smallTransformer();
      const losses: number[] = [];
      const live: number[] = [];
      for (let step = 1; step <= 6; step++) {
        const loss = way(() => model.train(step, 0.1));
        losses.push((await loss.data())[0]!);
        loss.dispose();
        live.push(memory().numTensors);
      }
      model.dispose();
      expect(new Set(live.slice(1)).size).toBe(1);
      return losses;
    };
    const losses = await run();
    expect(await run()).toEqual(losses);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! * 0.9);
    expect(memory().numTensors).toBe(before);
  });

  // A quarter of the steps where one takes a tenth of a second.
  it.each(variants.map((variant) => [variant, /^cpu|^webgpu,/.test(variant) ? 50 : 200] as const))(
    'does the same work every time on %s, in %d steps, keeps no more memory, and reads nothing',
    async (variant, count) => {
      const way = await open(variant);
      const model = smallTransformer();
      const steps: (Work & ReturnType<typeof memory>)[] = [];
      for (let step = 1; step <= count; step++) {
        const { work } = await countWork(() => way(() => model.train(step, 0.1)).dispose());
        steps.push({ ...work, ...memory() });
      }
      model.dispose();
      const second = steps[1]!;
      expect(second.kernels).toBeGreaterThan(100);
      // TensorFlow.js' own gather reads its indices; the fused one does not.
      expect(second.reads).toBeLessThanOrEqual(second.kernelsByName.get('GatherV2') ?? 0);
      for (const step of steps.slice(2)) expect(step).toEqual(second);
    },
  );
});
