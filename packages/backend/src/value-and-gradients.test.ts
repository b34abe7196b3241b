import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createVariable,
  memory,
  recordForward,
  selectBackend,
  type Tensor,
  tf,
  type Variable,
  valueAndGradients,
} from './index.ts';

describe('valueAndGradients', () => {
  const made: Variable[] = [];
  const variable = (...values: number[]): Variable => {
    const created = createVariable(undefined, Float32Array.from(values), [values.length]);
    made.push(created);
    return created;
  };

  beforeAll(() => selectBackend({ prefer: 'wasm' }));
  afterEach(() => tf.dispose(made.splice(0)));

  it('gives the loss, the gradients, and null for a variable the loss does not reach', () => {
    const [w, unused] = [variable(2, 3), variable(1)];
    const before = memory().numTensors;
    const { value, outputs, gradients } = valueAndGradients(() => tf.sum(tf.square(w)), [w, unused]);
    expect(value.dataSync()[0]).toBe(13);
    expect(outputs).toBe(value);
    expect([...gradients.get(w.name)!.dataSync()]).toEqual([4, 6]);
    expect(gradients.get(unused.name)).toBeNull();
    tf.dispose([value, gradients.get(w.name)!]);
    expect(memory().numTensors).toBe(before);
  });

  it('gives null for all where the loss reaches none', () => {
    const w = variable(1);
    const { value, gradients } = valueAndGradients(() => tf.scalar(5), [w]);
    expect(gradients.get(w.name)).toBeNull();
    value.dispose();
  });

  it('keeps what else the function returns, and disposes the rest', () => {
    const w = variable(2);
    const outside = tf.scalar(7);
    const before = memory().numTensors;
    const { value, outputs, gradients } = valueAndGradients(() => {
      const doubled = tf.mul(w, 2);
      tf.add(doubled, 1);
      return { loss: tf.sum(doubled), parts: { doubled, list: [tf.neg(doubled)] }, outside, name: 'text' };
    }, [w]);
    expect(outputs.loss).toBe(value);
    expect([...outputs.parts.doubled.dataSync(), ...outputs.parts.list[0]!.dataSync()]).toEqual([4, -4]);
    expect(outputs.name).toBe('text');
    tf.dispose([value, outputs.parts.doubled, outputs.parts.list, outputs.outside, gradients.get(w.name)!]);
    expect(memory().numTensors).toBe(before);
    expect(outside.dataSync()[0]).toBe(7);
    outside.dispose();
  });

  it('leaves nothing behind within a tidy', () => {
    const w = variable(1, 2);
    const before = memory().numTensors;
    tf.tidy(() => void valueAndGradients(() => ({ loss: tf.sum(w), other: tf.neg(w) }), [w]));
    expect(memory().numTensors).toBe(before);
  });

  it('refuses a loss that is not a scalar', () => {
    const w = variable(1, 2);
    expect(() => tf.tidy(() => void valueAndGradients(() => tf.square(w), [w]))).toThrow(
      '@kaleido/backend: the loss must be a scalar, found [2]; reduce it, with tf.mean for example',
    );
  });
});

describe('recordForward', () => {
  beforeAll(() => selectBackend({ prefer: 'wasm' }));

  it('gives the gradients of one pass, with other work in between', async () => {
    const kernel = createVariable(undefined, Float32Array.from([0.5, -1, 2, 0.25]), [2, 2]);
    const other = createVariable(undefined, Float32Array.from([3]), [1]);
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const embed = () => tf.tanh(tf.matMul(x, kernel));
    const lossOf = (embedded: ReturnType<typeof embed>) => tf.mul(tf.mean(tf.square(embedded)), tf.sum(other));
    const before = memory().numTensors;
    const whole = valueAndGradients(() => lossOf(embed()), [kernel, other]);
    const recording = recordForward(embed);
    const values = await recording.outputs.data();
    tf.tidy(() => void tf.matMul(x, x));
    const split = valueAndGradients(() => lossOf(recording.outputs), [kernel, other], recording);
    expect(values).toHaveLength(4);
    expect([...(await split.value.data())]).toEqual([...(await whole.value.data())]);
    for (const { name } of [kernel, other])
      expect([...(await split.gradients.get(name)!.data())]).toEqual([...(await whole.gradients.get(name)!.data())]);
    tf.dispose([
      recording.outputs,
      split.value,
      whole.value,
      ...split.gradients.values(),
      ...whole.gradients.values(),
    ] as Tensor[]);
    expect(memory().numTensors).toBe(before);
    tf.dispose([kernel, other, x]);
  });

  it('frees what it kept if no gradients are taken, or if the function fails', () => {
    const w = createVariable(undefined, Float32Array.from([1, 2]), [2]);
    const before = memory().numTensors;
    const recording = recordForward(() => tf.exp(tf.mul(w, w)));
    recording.outputs.dispose();
    recording.dispose();
    expect(memory().numTensors).toBe(before);
    expect(() =>
      recordForward(() => {
        tf.exp(tf.mul(w, w));
        throw new Error('no batch');
      }),
    ).toThrow('no batch');
    expect(memory().numTensors).toBe(before);
    w.dispose();
  });

  it('is refused while gradients are recorded', () => {
    const w = createVariable(undefined, Float32Array.from([1]), [1]);
    expect(() =>
      valueAndGradients(() => {
        recordForward(() => tf.square(w));
        return tf.sum(w);
      }, [w]),
    ).toThrow('recordForward was called while gradients are recorded');
    w.dispose();
  });
});
