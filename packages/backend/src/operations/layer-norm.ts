import { type Tensor, tf } from '../tensorflow.ts';
import { hasFused, runFused } from './run-fused.ts';

// BERT's released code.
const defaultEpsilon = 1e-12;

/**
 * Layer normalisation over the last dimension: `(x - mean) / sqrt(variance + epsilon) * gamma + beta`, with the
 * variance of the population.
 *
 * @param x [..., D]
 * @param gamma [D]
 * @param beta [D]
 * @param epsilon 1e-12 as in BERT's released code
 * @returns [..., D]
 */
export function layerNorm(x: Tensor, gamma: Tensor, beta: Tensor, epsilon: number = defaultEpsilon): Tensor {
  if (hasFused('layerNorm')) return fusedLayerNorm(x, undefined, gamma, beta, epsilon);
  return tf.tidy(() => {
    const centred = centre(x);
    const variance = tf.mean(tf.square(centred), -1, true);
    return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon))), gamma), beta);
  });
}

/**
 * `layerNorm(x + residual)`, the end of each half of a post-LayerNorm transformer layer.
 *
 * @param x [..., D]
 * @param residual [..., D]
 * @param gamma [D]
 * @param beta [D]
 * @param epsilon 1e-12 as in BERT's released code
 * @returns [..., D]
 */
export function residualLayerNorm(
  x: Tensor,
  residual: Tensor,
  gamma: Tensor,
  beta: Tensor,
  epsilon: number = defaultEpsilon,
): Tensor {
  if (hasFused('layerNorm')) return fusedLayerNorm(x, residual, gamma, beta, epsilon);
  return tf.tidy(() => layerNorm(tf.add(x, residual), gamma, beta, epsilon));
}

/**
 * Every row minus its mean. In a nearly constant row the rounding of the mean is as large as the deviations, so the
 * mean of the result is subtracted too.
 */
function centre(x: Tensor): Tensor {
  const less = (values: Tensor): Tensor => tf.sub(values, tf.mean(values, -1, true));
  return tf.customGrad((input) => ({
    value: less(less(input as Tensor)),
    gradFunc: (gradient: Tensor) => less(gradient),
  }))(x);
}

function fusedLayerNorm(x: Tensor, residual: Tensor | undefined, gamma: Tensor, beta: Tensor, epsilon: number): Tensor {
  const inputs = residual === undefined ? [x, gamma, beta] : [x, gamma, beta, residual];
  return tf.customGrad((...all) => {
    const save = all[inputs.length] as tf.GradSaveFunc;
    const named = residual === undefined ? { x, gamma, beta } : { x, gamma, beta, residual };
    const [y, normalised, reciprocals] = runFused('layerNorm', named, { epsilon });
    save([normalised, reciprocals, gamma]);
    return {
      value: y,
      gradFunc: (gradient: Tensor, saved: Tensor[]) => {
        const [dx, dgamma, dbeta] = runFused(
          'layerNormGradient',
          {
            gradient,
            normalised: saved[0]!,
            reciprocals: saved[1]!,
            gamma: saved[2]!,
          },
          {},
        );
        // A separate tensor for the residual: the tape disposes each gradient after adding it.
        return residual === undefined ? [dx, dgamma, dbeta] : [dx, dgamma, dbeta, tf.clone(dx)];
      },
    };
  })(...inputs);
}
