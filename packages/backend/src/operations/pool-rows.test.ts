import { describe, expect, it } from '@jest/globals';
import { checkOperation, normal, open, variants } from '../../test/check-operation.ts';
import { multiply } from '../../test/reference.ts';
import { ops, tf } from '../index.ts';

describe('poolRows', () => {
  const [batch, length, width, outputs] = [3, 7, 9, 2];
  // A mean over positions 1 to 3, and a sum with a weight of 0 and a negative one.
  const shared = [0, 1 / 3, 1 / 3, 1 / 3, 0, 0, 0, 0.5, 0, 0, 2, -1.5, 0, 1];
  const own = [...shared, ...normal('own', [batch - 1, outputs, length]).values];

  it.each(
    variants.flatMap((variant) => [
      [variant, 'of all sequences', shared, [outputs, length]] as const,
      [variant, 'of each sequence', own, [batch, outputs, length]] as const,
    ]),
  )('sums by the weights and gives their gradient on %s, weights %s', async (variant, _, values, shape) => {
    await checkOperation({
      variant,
      inputs: { x: normal('x', [batch, length, width]) },
      run: ({ x }) => ops.poolRows(x, tf.tensor(Float32Array.from(values), [...shape])),
      reference: ({ x }) =>
        Array.from({ length: batch * outputs * width }, (_, i) => {
          const [b, k, d] = [Math.floor(i / (outputs * width)), Math.floor(i / width) % outputs, i % width];
          const start = (shape.length === 3 ? b * outputs + k : k) * length;
          return Array.from(
            { length },
            (_, s) => Math.fround(values[start + s]!) * x[(b * length + s) * width + d]!,
          ).reduce((sum, term) => sum + term);
        }),
    });
  });

  it.each(
    variants.flatMap((variant) =>
      [
        [1, 1, 1, 1],
        [2, 119, 3, 5],
        [1, 5, 36, 1],
        [2, 3, 768, 2],
        [3, 4, 5, 0],
        [0, 4, 5, 2],
      ].map((form) => [variant, ...form] as const),
    ),
  )('sums on %s of [%i, %i, %i] into %i rows', async (variant, batch, length, width, outputs) => {
    const weights = normal('weights of one', [outputs, length]);
    await checkOperation({
      variant,
      inputs: { x: normal('x', [batch, length, width]) },
      run: ({ x }) => ops.poolRows(x, tf.tensor(weights.values, [outputs, length])),
      reference: ({ x }) =>
        Array.from({ length: batch }, (_, b) =>
          multiply(weights.values, x.subarray(b * length * width, (b + 1) * length * width), outputs, length, width),
        ).flatMap((sums) => [...sums]),
    });
  });

  it('refuses weights for another length or number of sequences', async () => {
    await open('wasm');
    const sum = (shape: [number, number] | [number, number, number]) =>
      tf.tidy(() => void ops.poolRows(tf.ones([2, 3, 4]), tf.ones(shape)));
    expect(() => sum([2, 5])).toThrow(/^@kaleido\/backend: /);
    expect(() => sum([3, 2, 3])).toThrow(/^@kaleido\/backend: /);
  });
});
