import { describe, expect, it } from '@jest/globals';
import { checkOperation, normal, open, variants } from '../../test/check-operation.ts';
import { ops, type Tensor, tf } from '../index.ts';

describe('addAll', () => {
  const counts = [1, 2, 7, 8, 13, 14, 35];
  it.each(variants.flatMap((variant) => counts.map((count) => [variant, count] as const)))(
    'sums on %s, and gives each of %d tensors its gradient',
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

  it.each(variants)('sums scalars, empty tensors and matrices on %s', async (variant) => {
    for (const shape of [[], [0, 3], [1, 119], [3, 36, 5]])
      await checkOperation({
        variant,
        inputs: { a: normal('a', shape, 1e15), b: normal('b', shape, 1e15) },
        run: ({ a, b }) => tf.div(ops.addAll([a, b, b]), 1e15),
        reference: ({ a, b }) => a.map((value, i) => (value + 2 * b[i]!) / 1e15),
        steps: { a: 1e10, b: 1e10 },
      });
  });

  it('never passes more than seven to one kernel', async () => {
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
