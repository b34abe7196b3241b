import { type Tensor, tf } from '../tensorflow.ts';

/**
 * The same few positions of every sequence: `x[:, start : start + count, :]`.
 *
 * @param x [B, S, D]
 * @returns [B, count, D]
 */
export function sliceRows(x: Tensor, start: number, count: number): Tensor {
  const [batch, , width] = x.shape as [number, number, number];
  return tf.slice(x, [0, start, 0], [batch, count, width]);
}
