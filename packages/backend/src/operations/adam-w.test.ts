import { describe, expect, it } from '@jest/globals';
import { expectClose, normal, open, variants } from '../../test/check-operation.ts';
import { createVariable, memory, ops, readAll, tf } from '../index.ts';

const [rate, beta1, beta2, epsilon] = [1e-2, 0.9, 0.98, 1e-6];

describe.each(variants)('adamW on %s', (variant) => {
  it.each([1, 5, 119])('updates %i values as the formula says, three steps on', async (size) => {
    const way = await open(variant);
    const before = memory().numTensors;
    const start = normal('start', [size]).values;
    const parameter = createVariable(undefined, start, [size]);
    const firstMoment = createVariable(undefined, new Float32Array(size), [size]);
    const secondMoment = createVariable(undefined, new Float32Array(size), [size]);
    const [w, m, v] = [Float64Array.from(start), new Float64Array(size), new Float64Array(size)];
    const scale = 0.5;
    for (let step = 1; step <= 3; step++) {
      const values = normal(`gradient ${step}`, [size]).values;
      tf.tidy(() => {
        const states = [{ parameter, gradient: tf.tensor(values), firstMoment, secondMoment, decay: 0.1 }];
        // Both kinds of scale must do the same.
        const gradientScale = step === 2 ? tf.scalar(scale) : scale;
        way(() => ops.adamW(states, { rate, beta1, beta2, epsilon, step, gradientScale }));
      });
      const corrected = (rate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
      for (let i = 0; i < size; i++) {
        const g = values[i]! * scale;
        m[i] = beta1 * m[i]! + (1 - beta1) * g;
        v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
        w[i] = w[i]! - (corrected * m[i]!) / (Math.sqrt(v[i]!) + epsilon) - rate * 0.1 * w[i]!;
      }
    }
    const [foundW, foundM, foundV] = await readAll([parameter, firstMoment, secondMoment]);
    expectClose(foundW!, w, 1e-6, 'parameter');
    expectClose(foundM!, m, 1e-6, 'first moment');
    expectClose(foundV!, v, 1e-6, 'second moment');
    tf.dispose([parameter, firstMoment, secondMoment]);
    expect(memory().numTensors).toBe(before);
  });

  it('leaves copies of a parameter, and products with it, alone', async () => {
    const way = await open(variant);
    const parameter = createVariable(undefined, Float32Array.of(1, 0, 0, 1), [2, 2]);
    const moments = [0, 1].map(() => createVariable(undefined, new Float32Array(4), [2, 2]));
    const copy = tf.clone(parameter);
    const product = () =>
      tf.tidy(() => [...tf.matMul(tf.ones<tf.Rank.R2>([1, 2]), parameter as tf.Tensor as tf.Tensor2D).dataSync()]);
    expect(product()).toEqual([1, 1]);
    const [firstMoment, secondMoment] = moments as [tf.Variable, tf.Variable];
    const gradient = tf.ones([2, 2]);
    const state = { parameter, gradient, firstMoment, secondMoment, decay: 0 };
    way(() => ops.adamW([state], { rate: 0.5, beta1, beta2, epsilon, step: 1, gradientScale: 1 }));
    expect([...copy.dataSync()]).toEqual([1, 0, 0, 1]);
    // The first step moves every value by the rate: [[0.5, -0.5], [-0.5, 0.5]].
    for (const sum of product()) expect(sum).toBeCloseTo(0, 4);
    tf.dispose([parameter, copy, gradient, ...moments]);
  });
});

describe.each(variants)('globalNorm on %s', (variant) => {
  it('is the root of all squares', async () => {
    const way = await open(variant);
    const inputs = [normal('a', [119]), normal('b', [3, 5]), normal('c', [1])];
    const found = tf.tidy(() =>
      way(() => ops.globalNorm(inputs.map(({ values, shape }) => tf.tensor(values, [...shape]))).dataSync()[0]!),
    );
    expectClose([found], [Math.hypot(...inputs.flatMap(({ values }) => [...values]))], 1e-6, 'norm');
    expect(tf.tidy(() => way(() => ops.globalNorm([]).dataSync()[0]))).toBe(0);
  });
});
