import { type Tensor, tf } from '../tensorflow.ts';
import { exactGelu, gelu } from './gelu.ts';
import { linearGelu } from './linear-gelu.ts';
import { matrixProduct } from './matrix-product.ts';
import { hasFused } from './run-fused.ts';

/** `gelu` is its tanh form, as in the released code; `gelu-erf` is the exact one, as in most other BERT checkpoints. */
export type Activation = 'gelu' | 'gelu-erf' | 'tanh';

/**
 * `activation(x . kernel + bias)`.
 *
 * @param x [..., I]
 * @param kernel [I, O]; or [O, I] if `transposed`, like embeddings that double as a decoder
 * @param bias [O]
 * @returns [..., O]
 */
export function linear(x: Tensor, kernel: Tensor, bias?: Tensor, activation?: Activation, transposed = false): Tensor {
  return tf.tidy(() => {
    const [rows, columns] = kernel.shape as [number, number];
    const [inputs, outputs] = transposed ? [columns, rows] : [rows, columns];
    // Always two matrices: the gradient of a product with a broadcast batch dimension has the wrong shape.
    const flat = tf.reshape(x, [-1, inputs]);
    const whole = [...x.shape.slice(0, -1), outputs];
    // If the backend has one kernel for it; on the others one more pass over the sums costs little.
    if (activation === 'gelu' && bias !== undefined && hasFused('linearGelu'))
      return tf.reshape(linearGelu(flat, kernel, bias, transposed), whole);
    const sum = matrixProduct(flat, kernel, false, transposed, bias);
    return activate(tf.reshape(sum, whole), activation);
  });
}

function activate(x: Tensor, activation: Activation | undefined): Tensor {
  switch (activation) {
    case undefined:
      return x;
    case 'gelu':
      return gelu(x);
    case 'gelu-erf':
      return exactGelu(x);
    case 'tanh':
      return tf.tanh(x);
    default:
      return activation satisfies never;
  }
}
