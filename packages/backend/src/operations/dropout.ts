import { type Tensor, tf } from '../tensorflow.ts';
import { type HashMask, hashMask, maskValues } from './hash-mask.ts';
import { hasFused, runFused } from './run-fused.ts';

/**
 * Sets a share of the elements to 0 and scales the others by `1 / (1 - rate)`. The seed and the element's index alone
 * decide which: the same on every backend.
 *
 * @param x any shape
 * @param rate share of elements dropped, in [0, 1); 0 returns the values unchanged
 * @param seed an integer; give every dropout of a step its own
 */
export function dropout(x: Tensor, rate: number, seed: number): Tensor {
  if (rate === 0) return tf.clone(x);
  const mask = hashMask(rate, seed);
  if (hasFused('dropout')) return fusedDropout(x, mask);
  return tf.tidy(() => tf.mul(x, tf.tensor(maskValues(mask, x.size), x.shape)));
}

function fusedDropout(x: Tensor, mask: HashMask): Tensor {
  return tf.customGrad((input) => ({
    value: runFused('dropout', { x: input as Tensor }, mask),
    gradFunc: (gradient: Tensor) => runFused('dropout', { x: gradient }, mask),
  }))(x);
}
