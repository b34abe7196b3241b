import { ops, type Tensor, tf } from '@kaleido/backend';

/**
 * Weighted sums of the rows of every item, with gradients for rows and weights. TensorFlow.js' product of batches has no
 * fast kernel on wasm: it took a sixth of a training step.
 *
 * @param values [B, G, D]
 * @param weights [B, G]
 * @returns [B, D]
 */
export function weightedMean(values: Tensor, weights: Tensor): Tensor {
  const [B, G, D] = values.shape as [number, number, number];
  return tf.customGrad((...all) => {
    const [x, shares, save] = all as [Tensor, Tensor, tf.GradSaveFunc];
    save([x, shares]);
    return {
      value: tf.reshape(ops.poolRows(x, tf.reshape(shares, [B, 1, G])), [B, D]),
      gradFunc: (gradient: Tensor, saved: Tensor[]) => {
        const [rows, w] = saved as [Tensor, Tensor];
        const each = tf.reshape(gradient, [B, 1, D]);
        return [tf.mul(tf.reshape(w, [B, G, 1]), each), tf.sum(tf.mul(rows, each), 2)];
      },
    };
  })(values, weights);
}
