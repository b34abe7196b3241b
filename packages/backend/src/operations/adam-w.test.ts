import { describe, expect, it } from '@jest/globals';
import { expectClose, normal, open, valuesOf, variants } from '../../test/check-operation.ts';
import { createVariable, memory, ops, readAll, tf, type Variable } from '../index.ts';

const [rate, beta1, beta2, epsilon] = [1e-2, 0.9, 0.98, 1e-6];

describe.each(variants)('adamW on %s', (variant) => {
  it.each([1, 5, 119, 768, 1027, 20_000])('updates %i values by the formula, for three steps', async (size) => {
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

  it('accepts gradients of any size, and 0', async () => {
    const way = await open(variant);
    // A square below the smallest number counts as 0, as do moments that start from it.
    const gradients = [0, 1e-30, 1e-15, -1e-15, 1e-6, 1, -1e6, 1e15, -1e15];
    const size = gradients.length;
    const start = Float32Array.from(gradients, (_, i) => i - 4);
    const [parameter, firstMoment, secondMoment] = [start, new Float32Array(size), new Float32Array(size)].map(
      (values) => createVariable(undefined, values, [size]),
    ) as [Variable, Variable, Variable];
    tf.tidy(() => {
      const states = [{ parameter, gradient: tf.tensor(gradients), firstMoment, secondMoment, decay: 0.1 }];
      way(() => ops.adamW(states, { rate, beta1, beta2, epsilon, step: 1, gradientScale: 1 }));
    });
    const found = await readAll([parameter, firstMoment, secondMoment]);
    const corrected = (rate * Math.sqrt(1 - beta2)) / (1 - beta1);
    gradients.forEach((gradient, i) => {
      const first = (1 - beta1) * gradient;
      const second = (1 - beta2) * gradient ** 2;
      const update = (corrected * first) / (Math.sqrt(second) + epsilon);
      expectClose([found[0]![i]!], [start[i]! * (1 - rate * 0.1) - update], 1e-6, `parameter of ${gradient}`);
      expectClose([found[1]![i]! / (gradient || 1)], [first / (gradient || 1)], 1e-6, `first moment of ${gradient}`);
      if (Math.abs(gradient) > 1e-20)
        // 1 minus a rounded 0.98 has fifty times its relative rounding error.
        expectClose([found[2]![i]! / gradient ** 2], [1 - beta2], 3e-6, `second moment of ${gradient}`);
    });
    tf.dispose([parameter, firstMoment, secondMoment]);
  });

  it('updates many parameters of all shapes at once, each with its own decay', async () => {
    const way = await open(variant);
    const shapes = [[1], [3, 7], [], [2, 3, 4], [119], [36, 1], [0, 3], [1, 768], [5, 13]];
    const named = (name: string) => shapes.map((shape, i) => normal(`${name} ${i}`, shape).values);
    const [starts, firsts, gradients] = [named('start'), named('first'), named('gradient')];
    const seconds = named('second').map((values) => values.map(Math.abs));
    const [parameters, firstMoments, secondMoments] = [starts, firsts, seconds].map((all) =>
      all.map((values, i) => createVariable(undefined, values, shapes[i]!)),
    ) as [Variable[], Variable[], Variable[]];
    tf.tidy(() => {
      const states = parameters.map((parameter, i) => ({
        parameter,
        gradient: tf.tensor(gradients[i]!, shapes[i] as [number]),
        firstMoment: firstMoments[i]!,
        secondMoment: secondMoments[i]!,
        decay: i % 2,
      }));
      way(() => ops.adamW(states, { rate, beta1, beta2, epsilon, step: 3, gradientScale: 0.5 }));
    });
    const corrected = (rate * Math.sqrt(1 - beta2 ** 3)) / (1 - beta1 ** 3);
    for (const [i, shape] of shapes.entries()) {
      const [w, m, v] = await readAll([parameters[i]!, firstMoments[i]!, secondMoments[i]!]);
      const half = Float64Array.from(gradients[i]!, (value) => value / 2);
      const first = half.map((g, k) => beta1 * firsts[i]![k]! + (1 - beta1) * g);
      const second = half.map((g, k) => beta2 * seconds[i]![k]! + (1 - beta2) * g * g);
      const moved = half.map(
        (_, k) => starts[i]![k]! * (1 - rate * (i % 2)) - (corrected * first[k]!) / (Math.sqrt(second[k]!) + epsilon),
      );
      expectClose(w!, moved, 1e-6, `parameter of [${shape}]`);
      expectClose(m!, first, 1e-6, `first moment of [${shape}]`);
      expectClose(v!, second, 1e-6, `second moment of [${shape}]`);
    }
    tf.dispose([...parameters, ...firstMoments, ...secondMoments]);
  });

  it.each([2, 20_000])('is seen by a later read of a parameter of %i values', async (size) => {
    const way = await open(variant);
    const parameter = createVariable(undefined, new Float32Array(size).fill(1), [size]);
    const moments = [0, 1].map(() => createVariable(undefined, new Float32Array(size), [size])) as [Variable, Variable];
    const gradient = tf.ones([size]);
    const states = [{ parameter, gradient, firstMoment: moments[0], secondMoment: moments[1], decay: 0 }];
    const seen: number[] = [];
    for (let step = 1; step <= 3; step++) {
      way(() => ops.adamW(states, { rate: 0.25, beta1, beta2, epsilon, step, gradientScale: 1 }));
      const [values, first] = await readAll([parameter, moments[0]]);
      seen.push(values![0]!);
      expect(first![0]).toBeCloseTo(1 - beta1 ** step, 5);
    }
    // Equal gradients move a value by the rate each time.
    for (const [index, value] of seen.entries()) expect(value).toBeCloseTo(1 - 0.25 * (index + 1), 4);
    tf.dispose([parameter, gradient, ...moments]);
  });

  it.each([2, 160])('does not change copies of a parameter of %i rows, or products with it', async (side) => {
    const way = await open(variant);
    const identity = Float32Array.from({ length: side * side }, (_, i) => (i % (side + 1) === 0 ? 1 : 0));
    const parameter = createVariable(undefined, identity, [side, side]);
    const moments = [0, 1].map(() => createVariable(undefined, new Float32Array(side * side), [side, side]));
    const copy = tf.clone(parameter);
    const product = async () => [
      ...(await valuesOf(() => tf.matMul(tf.ones<tf.Rank.R2>([1, side]), parameter as tf.Tensor as tf.Tensor2D))),
    ];
    expect(await product()).toEqual(Array(side).fill(1));
    const [firstMoment, secondMoment] = moments as [tf.Variable, tf.Variable];
    const gradient = tf.ones([side, side]);
    const state = { parameter, gradient, firstMoment, secondMoment, decay: 0 };
    way(() => ops.adamW([state], { rate: 0.5, beta1, beta2, epsilon, step: 1, gradientScale: 1 }));
    expect([...(await copy.data())]).toEqual([...identity]);
    // The first step moves every value by the rate: 0.5 on the diagonal, -0.5 elsewhere.
    for (const sum of await product()) expect(sum / side).toBeCloseTo(1 / side - 0.5, 4);
    tf.dispose([parameter, copy, gradient, ...moments]);
  });
});

describe.each(variants)('globalNorm on %s', (variant) => {
  it('is the square root of the sum of all squares', async () => {
    const way = await open(variant);
    const inputs = [normal('a', [119]), normal('b', [3, 5]), normal('c', [1])];
    const found = await valuesOf(() =>
      way(() => ops.globalNorm(inputs.map(({ values, shape }) => tf.tensor(values, [...shape])))),
    );
    expectClose(found, [Math.hypot(...inputs.flatMap(({ values }) => [...values]))], 1e-6, 'norm');
    expect([...(await valuesOf(() => way(() => ops.globalNorm([]))))]).toEqual([0]);
  });

  it.each([
    [1e15, 1],
    [1e-15, 1],
    [1e15, 1e-15],
    [0, 0],
  ])('keeps its digits for values of about %d next to others of %d', async (large, small) => {
    const way = await open(variant);
    const inputs = [normal('a', [119], large), normal('b', [36, 3], small), normal('c', [0]), normal('d', [1], small)];
    const norm = tf.tidy(() =>
      way(() => ops.globalNorm(inputs.map(({ values, shape }) => tf.tensor(values, [...shape])))),
    );
    const [found] = (await readAll([norm])) as [Float32Array];
    norm.dispose();
    const scale = Math.max(large, small) || 1;
    const expected = Math.hypot(...inputs.flatMap(({ values }) => [...values]));
    expectClose([found[0]! / scale], [expected / scale], 1e-6, 'norm');
  });

  it('takes as many tensors as a large model has', async () => {
    const way = await open(variant);
    const inputs = Array.from({ length: 240 }, (_, i) => normal(`tensor ${i}`, [1 + (i % 7)]));
    const norm = tf.tidy(() =>
      way(() => ops.globalNorm(inputs.map(({ values, shape }) => tf.tensor(values, [...shape])))),
    );
    expectClose(
      (await readAll([norm]))[0]!,
      [Math.hypot(...inputs.flatMap(({ values }) => [...values]))],
      1e-6,
      'norm',
    );
    norm.dispose();
  });

  const promised = !variant.startsWith('webgpu');
  const unpromised = promised ? '' : ' (skipped: WGSL promises neither of the two)';
  (promised ? it : it.skip)(`is NaN or infinite where a gradient is${unpromised}`, async () => {
    const way = await open(variant);
    const norms = tf.tidy(() =>
      [Number.NaN, Infinity].map((value) => way(() => ops.globalNorm([tf.tensor([1, value, 2]), tf.tensor([3])]))),
    );
    expect((await readAll(norms)).map(([norm]) => norm)).toEqual([Number.NaN, Infinity]);
    tf.dispose(norms);
  });
});
