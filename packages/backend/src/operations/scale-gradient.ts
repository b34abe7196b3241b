import { type Tensor, tf } from '../tensorflow.ts';

/** The values of `x`, for which so many times as large a gradient flows back. */
export function scaleGradient(x: Tensor, factor: number): Tensor {
  return tf.customGrad((input) => ({
    value: tf.clone(input as Tensor),
    gradFunc: (gradient: Tensor) => tf.mul(gradient, factor),
  }))(x);
}
