import { describe, expect, it } from '@jest/globals';
import { checkOperation, normal, open, valuesOf, variants } from '../../test/check-operation.ts';
import { ops, tf } from '../index.ts';
import { hashMask, maskValues } from './hash-mask.ts';

describe.each(variants)('dropout on %s', (variant) => {
  it.each([[[1]], [[3, 119]], [[2, 2, 2, 3]], [[65, 36]], [[1, 768]], [[0, 3]]])(
    'drops elements of %j, and their gradients',
    async (shape) => {
      const size = shape.reduce((product, length) => product * length, 1);
      const mask = maskValues(hashMask(0.25, 7), size);
      await checkOperation({
        variant,
        inputs: { x: normal('x', shape) },
        run: ({ x }) => ops.dropout(x, 0.25, 7),
        reference: ({ x }) => x.map((value, i) => value * mask[i]!),
      });
    },
  );

  it('gives exactly these bits for seed 42', async () => {
    const way = await open(variant);
    const values = await valuesOf(() => way(() => ops.dropout(tf.ones([24]), 0.5, 42)));
    // Recorded once from hash-mask.ts: after a change here, no earlier run can be repeated.
    expect([...values].map((value) => value / 2).join('')).toBe('001110001111010111111011');
  });

  it('keeps everything at rate 0', async () => {
    const way = await open(variant);
    const values = await valuesOf(() => way(() => ops.dropout(tf.tensor([1, 2, 3]), 0, 1)));
    expect([...values]).toEqual([1, 2, 3]);
  });
});

describe('hashMask', () => {
  it('drops the requested share, independently of neighbouring elements and seeds', () => {
    const size = 200_000;
    const first = maskValues(hashMask(0.1, 1), size).map((value) => (value === 0 ? 1 : 0));
    const second = maskValues(hashMask(0.1, 2), size).map((value) => (value === 0 ? 1 : 0));
    const share = (values: (i: number) => number) =>
      Array.from({ length: size - 1 }, (_, i) => values(i)).reduce((a, b) => a + b) / size;
    // Four standard deviations of a binomial draw.
    expect(Math.abs(share((i) => first[i]!) - 0.1)).toBeLessThan(4 * Math.sqrt(0.09 / size));
    expect(Math.abs(share((i) => first[i]! * first[i + 1]!) - 0.01)).toBeLessThan(4 * Math.sqrt(0.0099 / size));
    expect(Math.abs(share((i) => first[i]! * second[i]!) - 0.01)).toBeLessThan(4 * Math.sqrt(0.0099 / size));
  });
});
