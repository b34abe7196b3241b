import { type Tensor, tf } from '../tensorflow.ts';
import { hasFused } from './fused-kernel.ts';
import { gatherRows } from './gather-rows.ts';

/**
 * The same few positions of every sequence: `x[:, start : start + count, :]`.
 *
 * TensorFlow.js' own slice copies the whole input out of the WebAssembly memory first, which for patch features is
 * hundreds of times what is wanted.
 *
 * @param x [B, S, D]
 * @returns [B, count, D]
 */
export function sliceRows(x: Tensor, start: number, count: number): Tensor {
  const [batch, , width] = x.shape as [number, number, number];
  if (!hasFused('KaleidoGatherRows')) return tf.slice(x, [0, start, 0], [batch, count, width]);
  return tf.tidy(() => {
    const positions = Int32Array.from({ length: batch * count }, (_, place) => start + (place % count));
    return gatherRows(x, tf.tensor(positions, [batch, count], 'int32'));
  });
}
