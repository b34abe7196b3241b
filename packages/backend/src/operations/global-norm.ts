import { type Tensor, tf } from '../tensorflow.ts';
import { addAll } from './add-all.ts';
import { hasFused, runFused } from './run-fused.ts';

/** The square root of the sum of all squares of all tensors: a scalar tensor, 0 for no tensors. */
export function globalNorm(tensors: readonly Tensor[]): Tensor {
  return tf.tidy(() => {
    if (tensors.length === 0) return tf.scalar(0);
    if (hasFused('globalNorm')) return runFused('globalNorm', Object.fromEntries(tensors.entries()), {});
    return tf.sqrt(addAll(tensors.map((tensor) => tf.sum(tf.square(tensor)))));
  });
}
