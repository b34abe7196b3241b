import { type Tensor, tf } from '../tensorflow.ts';

/** The values of `x`, through which no gradient flows back. TensorFlow.js has no such operation. */
export function stopGradient(x: Tensor): Tensor {
  return tf.customGrad((input) => ({
    value: tf.clone(input as Tensor),
    gradFunc: (gradient: Tensor) => tf.zerosLike(gradient),
  }))(x);
}
