import { describe, expect, it } from '@jest/globals';
import { checkOperation, normal, open, variants } from '../../test/check-operation.ts';
import { ops, type Tensor, tf } from '../index.ts';

describe('addAll', () => {
  const counts = [1, 2, 7, 8, 13, 14, 35];
  it.each(variants.flatMap((variant) => counts.map((count) => [variant, count] as const)))(
    'sums and gives each its gradient on %s, %d tensors',
    async (variant, count) => {
      const names = Array.from({ length: count }, (_, i) => `x${i}`);
      await checkOperation({
        variant,
        inputs: Object.fromEntries(names.map((name) => [name, normal(name, [2, 3])])),
        run: (inputs) => ops.addAll(names.map((name) => inputs[name] as Tensor)),
        reference: (inputs) =>
          Array.from({ length: 6 }, (_, i) => names.reduce((sum, name) => sum + inputs[name]![i]!, 0)),
      });
    },
  );

  it('never hands one kernel more than seven', async () => {
    await open('wasm');
    const kernels: { name: string; inputs: number }[] = [];
    await tf
      .profile(() => {
        const sum = ops.addAll(Array.from({ length: 20 }, (_, i) => tf.scalar(i)));
        expect(sum.dataSync()[0]).toBe(190);
        return sum;
      })
      .then(({ kernels: all }) => {
        for (const { name, inputShapes } of all) kernels.push({ name, inputs: inputShapes.length });
      });
    expect(kernels.filter(({ name }) => name === 'AddN').map(({ inputs }) => inputs)).toEqual([7, 7, 7, 2]);
  });
});
