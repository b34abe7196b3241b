import { type Tensor, tf } from '../tensorflow.ts';

/** The values of `x`; the gradient that flows back is multiplied by the factor. */
export function scaleGradient(x: Tensor, factor: number): Tensor {
  return tf.customGrad((input) => ({
    value: tf.clone(input as Tensor),
    gradFunc: (gradient: Tensor) => tf.mul(gradient, factor),
  }))(x);
}
