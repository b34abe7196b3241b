import { type Tensor, tf } from '../tensorflow.ts';
import { matrixProduct } from './matrix-product.ts';
import { runFused } from './run-fused.ts';

/**
 * `gelu(x . kernel + bias)` for a backend with one kernel for it, which also returns the sums that the gradient needs.
 *
 * @param x [M, I]
 * @param kernel [I, O], or [O, I] to be transposed
 * @param bias [O]
 * @returns [M, O]
 */
export function linearGelu(x: Tensor, kernel: Tensor, bias: Tensor, transposed: boolean): Tensor {
  return tf.customGrad((...inputs) => {
    const [a, b, c, save] = inputs as unknown as [Tensor, Tensor, Tensor, tf.GradSaveFunc];
    const attributes = { transposeA: false, transposeB: transposed };
    const [value, sums] = runFused('linearGelu', { a, b, bias: c }, attributes);
    save([a, b, sums]);
    return {
      value,
      gradFunc: (gradient: Tensor, saved: Tensor[]) => {
        const [input, weights, before] = saved as [Tensor, Tensor, Tensor];
        const dy = runFused('geluGradient', { gradient, x: before }, {});
        return [
          matrixProduct(dy, weights, false, !transposed),
          transposed ? matrixProduct(dy, input, true, false) : matrixProduct(input, dy, true, false),
          runFused('columnSums', { x: dy }, {}),
        ];
      },
    };
  })(x, kernel, bias);
}
