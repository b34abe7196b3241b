import { describe, expect, it } from '@jest/globals';
import { checkOperation, expectClose, normal, open, valuesOf, variants } from '../../test/check-operation.ts';
import { gelu } from '../../test/reference.ts';
import { createVariable, ops, readAll, tf, valueAndGradients } from '../index.ts';

describe.each(variants)('gelu on %s', (variant) => {
  it.each([[[1]], [[7, 17]], [[119]], [[5, 65]], [[1, 1, 768]], [[0, 4]]])('takes %j', async (shape) => {
    await checkOperation({
      variant,
      inputs: { x: normal('x', shape, 2) },
      run: ({ x }) => ops.gelu(x),
      reference: ({ x }) => x.map(gelu),
    });
  });

  it('is curved near 0, and straight far from it', async () => {
    const values = Float32Array.of(0, 1e-4, -1e-4, 1e-20, -1e-20, 5, -5, 100, -100);
    await checkOperation({
      variant,
      inputs: { x: { shape: [values.length], values } },
      run: ({ x }) => ops.gelu(x),
      reference: ({ x }) => x.map(gelu),
      tolerance: 1e-6,
    });
    // Next to 100 the smallest would not matter.
    const small = values.subarray(0, 5);
    const way = await open(variant);
    const tensor = tf.tidy(() => way(() => ops.gelu(tf.tensor(small))));
    const [found] = (await readAll([tensor])) as [Float32Array];
    tensor.dispose();
    for (const [i, x] of small.entries()) expect(Math.abs(found[i]! - gelu(x))).toBeLessThanOrEqual(1e-6 * Math.abs(x));
  });

  it('is exact to seven digits from -10 to 10, and right at the extremes', async () => {
    const way = await open(variant);
    const x = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) / 200);
    const found = await valuesOf(() => way(() => ops.gelu(tf.tensor(x))));
    expectClose(
      Float32Array.from(found, (value, i) => value / Math.max(1, Math.abs(x[i]!))),
      Array.from(x, (value) => gelu(value) / Math.max(1, Math.abs(value))),
      4e-7,
      'gelu',
    );
    const ends = await valuesOf(() => way(() => ops.gelu(tf.tensor([-1e4, 1e4, Number.NaN]))));
    expect(Math.abs(ends[0]!)).toBeLessThan(1e-30);
    expect([...ends.slice(1)]).toEqual([1e4, Number.NaN]);
  });
});

describe.each(variants)('stopGradient on %s', (variant) => {
  it('passes values but no gradient', async () => {
    await open(variant);
    const w = createVariable(undefined, Float32Array.of(3, 4), [2]);
    const [value, gradient] = tf.tidy(() => {
      const { value, gradients } = valueAndGradients(() => tf.sum(tf.mul(w, ops.stopGradient(w))), [w]);
      return [value, gradients.get(w.name)!];
    }) as [tf.Tensor, tf.Tensor];
    expect([...(await value.data())]).toEqual([25]);
    expect([...(await gradient.data())]).toEqual([3, 4]);
    tf.dispose([value, gradient]);
    w.dispose();
  });
});

describe.each(variants)('scaleGradient on %s', (variant) => {
  it('passes values, and multiplies the gradient', async () => {
    await open(variant);
    const w = createVariable(undefined, Float32Array.of(1, -2, 3), [3]);
    const [value, gradient] = tf.tidy(() => {
      const { value, gradients } = valueAndGradients(() => tf.sum(tf.square(ops.scaleGradient(w, 4))), [w]);
      return [value, gradients.get(w.name)!];
    }) as [tf.Tensor, tf.Tensor];
    expect([...(await value.data())]).toEqual([14]);
    expect([...(await gradient.data())]).toEqual([8, -16, 24]);
    tf.dispose([value, gradient]);
    w.dispose();
  });
});
