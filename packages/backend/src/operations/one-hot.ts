import { type Tensor, tf } from '../tensorflow.ts';

/**
 * 1 in each row's class, 0 elsewhere. `tf.oneHot` needs at least two classes, and for float32 it writes integers on
 * wasm.
 *
 * @param labels int32 [N]
 * @returns float32 [N, classes]
 */
export function oneHot(labels: Tensor, classes: number): Tensor {
  if (classes === 1) return tf.ones([labels.size, 1]);
  return tf.tidy(() => tf.cast(tf.oneHot(labels, classes, 1, 0, 'int32'), 'float32'));
}
