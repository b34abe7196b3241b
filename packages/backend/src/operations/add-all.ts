import { type Tensor, tf } from '../tensorflow.ts';

/** WebGPU guarantees 8 storage buffers per kernel: seven inputs and the output. */
const mostInputs = 7;

/**
 * The sum of tensors of one shape, one or more, added from the left. TensorFlow.js' `addN` binds all of them to one
 * kernel; for more than seven WebGPU logs an error and returns zeros.
 */
export function addAll(tensors: readonly Tensor[]): Tensor {
  return tf.tidy(() => {
    let sum = tf.addN(tensors.slice(0, mostInputs));
    for (let start = mostInputs; start < tensors.length; start += mostInputs - 1)
      sum = tf.addN([sum, ...tensors.slice(start, start + mostInputs - 1)]);
    return sum;
  });
}
