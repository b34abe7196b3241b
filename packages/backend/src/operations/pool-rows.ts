import { type Tensor, tf } from '../tensorflow.ts';
import { hasFused, runFused } from './run-fused.ts';

/**
 * Weighted sums of the positions of every sequence, `weights . x`: averages over words or over the patches of a level.
 * One pass forward and one backward; TensorFlow.js would slice, average, and make new tensors of ones for every
 * gradient.
 *
 * @param x [B, S, D]
 * @param weights [K, S] for all sequences, or [B, K, S]; constants, no gradient flows to them
 * @returns [B, K, D]
 */
export function poolRows(x: Tensor, weights: Tensor): Tensor {
  return pool(x, weights, false);
}

function pool(x: Tensor, weights: Tensor, transposed: boolean): Tensor {
  if (!hasFused('pool')) return tf.tidy(() => tf.matMul(spread(weights, x.shape[0] as number), x, transposed));
  return tf.customGrad((input, save) => {
    (save as tf.GradSaveFunc)([weights]);
    return {
      value: runFused('pool', { x: input as Tensor, weights }, { transposed }),
      gradFunc: (gradient: Tensor, saved: Tensor[]) => pool(gradient, saved[0]!, !transposed),
    };
  })(x);
}

/** The gradient of a product with a broadcast batch dimension has the wrong shape: the weights are repeated. */
function spread(weights: Tensor, batch: number): Tensor {
  return weights.rank === 3 ? weights : tf.tile(tf.expandDims(weights, 0), [batch, 1, 1]);
}
