import { ops, type Tensor, tf } from '@kaleido/backend';

/** The given items of a batch; an item may occur repeatedly. */
export function pickRows(x: Tensor, items: Int32Array): Tensor {
  const [B, ...rest] = x.shape as [number, ...number[]];
  const rows = ops.embedding(tf.reshape(x, [B, x.size / B]), tf.tensor(items, [items.length], 'int32'));
  return tf.reshape(rows, [items.length, ...rest]);
}
