import { type Tensor, tf } from '../tensorflow.ts';
import { hasFused, runFused } from './run-fused.ts';

/** GELU in its tanh form, as BERT's released code has it: `x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x^3)))`. */
export function gelu(x: Tensor): Tensor {
  if (hasFused('gelu')) return fusedGelu(x);
  return tf.tidy(() => {
    const inner = tf.mul(tf.add(x, tf.mul(tf.mul(tf.mul(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI));
    return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
  });
}

/**
 * GELU by the error function: `x/2 * (1 + erf(x / sqrt(2)))`. No backend has a fused kernel for it: it is for
 * checkpoints trained elsewhere.
 */
export function exactGelu(x: Tensor): Tensor {
  return tf.tidy(() => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)));
}

function fusedGelu(x: Tensor): Tensor {
  return tf.customGrad((input, save) => {
    (save as tf.GradSaveFunc)([input as Tensor]);
    return {
      value: runFused('gelu', { x: input as Tensor }, {}),
      gradFunc: (gradient: Tensor, saved: Tensor[]) => runFused('geluGradient', { gradient, x: saved[0]! }, {}),
    };
  })(x);
}
