import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createVariable, memory, selectBackend, tf, type Variable, valueAndGradients } from './index.ts';

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
