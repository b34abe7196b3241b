import { describe, expect, it } from '@jest/globals';
import { expectClose, normal } from '../../test/check-operation.ts';
import { tensorflowMissing } from '../../test/tensorflow.ts';
import { createVariable, memory, ops, selectBackend, tf } from '../index.ts';
import { adamWOfAll } from './kernels/adam-w.ts';
import { attention } from './kernels/attention.ts';
import { NativeKernels } from './native-kernels.ts';
import type { NodeBackend } from './node-backend.ts';

const describeNative = tensorflowMissing === undefined ? describe : describe.skip;
const whyNot = tensorflowMissing === undefined ? '' : ` (skipped: ${tensorflowMissing})`;

const settings = { rate: 0.01, beta1: 0.9, beta2: 0.98, epsilon: 1e-6 };
const shapes = [[7, 5], [3], [1]] as const;
const decays = [0.01, 0, 0];

function states() {
  return shapes.map((shape, index) => {
    const tensor = (name: string, scale: number) => normal(`${name} ${index}`, shape, scale).values;
    return {
      parameter: createVariable(undefined, tensor('parameter', 1), shape),
      gradient: tf.tensor(tensor('gradient', 0.1), [...shape]),
      firstMoment: createVariable(undefined, tensor('first', 0.1), shape),
      secondMoment: createVariable(undefined, tensor('second', 1).map(Math.abs), shape),
      decay: decays[index]!,
    };
  });
}

// These are functions of TensorFlow's operations too, so a CPU can test them.
describeNative(`kernels for a GPU alone${whyNot}`, () => {
  it('updates many parameters to the same values as one by one', async () => {
    await selectBackend({ prefer: 'tensorflow' });
    const before = memory().numTensors;
    const kernels = new NativeKernels(tf.backend() as unknown as NodeBackend);
    const step = 3;
    const scale = tf.scalar(0.5);
    const [expected, found] = [states(), states()];
    ops.adamW(expected, { ...settings, step, gradientScale: scale });
    const correctedRate = (settings.rate * Math.sqrt(1 - settings.beta2 ** step)) / (1 - settings.beta1 ** step);
    const inputs = { scale };
    for (const [index, { parameter, gradient, firstMoment, secondMoment }] of found.entries())
      Object.assign(inputs, {
        [`parameter${index}`]: parameter,
        [`gradient${index}`]: gradient,
        [`first${index}`]: firstMoment,
        [`second${index}`]: secondMoment,
      });
    const made = adamWOfAll(kernels, inputs, { ...settings, correctedRate, decays });
    const updated = made.map((info) => tf.engine().makeTensorFromTensorInfo(info));
    expect(updated.length).toBe(9);
    for (const [index, { parameter, firstMoment, secondMoment }] of expected.entries())
      for (const [which, tensor] of [parameter, firstMoment, secondMoment].entries())
        expectClose(
          await updated[3 * index + which]!.data(),
          await tensor.data(),
          1e-6,
          `${['parameter', 'first moment', 'second moment'][which]} ${index}`,
        );
    for (const state of [...expected, ...found])
      tf.dispose([state.parameter, state.gradient, state.firstMoment, state.secondMoment]);
    tf.dispose([scale, ...updated]);
    expect(memory().numTensors).toBe(before);
  });

  it.each([
    ['keys', [2, 6]],
    ['queries and keys', [2, 4, 6]],
  ])('attend by a mask of the %s to the same values as on a CPU', async (_, shape) => {
    await selectBackend({ prefer: 'tensorflow' });
    const before = memory().numTensors;
    const onGpu = new NativeKernels(tf.backend() as unknown as NodeBackend);
    Object.defineProperty(onGpu, 'gpu', { value: true });
    const tensor = (name: string, of: readonly number[]) => tf.tensor(normal(name, of).values, [...of]);
    const inputs = {
      query: tensor('query', [2, 4, 6]),
      key: tensor('key', [2, 6, 6]),
      value: tensor('value', [2, 6, 6]),
    };
    const size = shape.reduce((product, length) => product * length, 1);
    const mask = tf.tensor(
      Array.from({ length: size }, (_, i) => (i % 6 === 0 || i % 3 === 1 ? 1 : 0)),
      shape,
    );
    const expected = ops.attention({ ...inputs, heads: 2, mask }).context;
    const found = attention(onGpu, { ...inputs, mask }, { heads: 2 }).map((info) =>
      tf.engine().makeTensorFromTensorInfo(info),
    );
    expectClose(await found[0]!.data(), await expected.data(), 1e-6, 'context');
    tf.dispose([...Object.values(inputs), mask, expected, ...found]);
    expect(memory().numTensors).toBe(before);
  });
});
