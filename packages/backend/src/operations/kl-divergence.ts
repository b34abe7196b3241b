import { type Tensor, tf } from '../tensorflow.ts';
import { hasFused, runFused } from './run-fused.ts';

// Keras' epsilon.
const smallest = 1e-7;

/**
 * Keras' Kullback-Leibler divergence of `softmax(logits)` from the target: both clipped to [1e-7, 1], then the sum of
 * `t * log(t / p)`. The target gets no gradient.
 *
 * @param target [N, F], probabilities
 * @param logits [N, F]
 * @returns [N]
 */
export function klDivergence(target: Tensor, logits: Tensor): Tensor {
  if (hasFused('divergence')) return fusedDivergence(target, logits);
  return tf.tidy(() => {
    const t = tf.clipByValue(target, smallest, 1);
    const p = tf.clipByValue(tf.softmax(logits, -1), smallest, 1);
    return tf.sum(tf.mul(t, tf.sub(tf.log(t), tf.log(p))), -1);
  });
}

function fusedDivergence(target: Tensor, logits: Tensor): Tensor {
  return tf.customGrad((input, save) => {
    const named = { target, logits: input as Tensor };
    const [losses, probabilities] = runFused('divergence', named, {});
    (save as tf.GradSaveFunc)([target, probabilities]);
    return {
      value: losses,
      gradFunc: (gradient: Tensor, saved: Tensor[]) =>
        runFused('divergenceGradient', { gradient, target: saved[0]!, probabilities: saved[1]! }, {}),
    };
  })(logits);
}
