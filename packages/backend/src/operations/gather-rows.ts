import { type Tensor, tf } from '../tensorflow.ts';
import { embedding } from './embedding.ts';

/**
 * Some positions of every sequence.
 *
 * @param x [B, S, D]
 * @param positions int32 [B, K], each in [0, S)
 * @returns [B, K, D]
 */
export function gatherRows(x: Tensor, positions: Tensor): Tensor {
  return tf.tidy(() => {
    const [batch, length, width] = x.shape as [number, number, number];
    const starts = tf.tensor(
      Int32Array.from({ length: batch }, (_, b) => b * length),
      [batch, 1],
      'int32',
    );
    return embedding(tf.reshape(x, [batch * length, width]), tf.add(positions, starts));
  });
}
