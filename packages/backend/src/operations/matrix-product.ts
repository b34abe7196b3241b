import { type Tensor, tf } from '../tensorflow.ts';
import { type FusedKernels, registeredName } from './fused-kernels.ts';
import { hasFused, runFused } from './run-fused.ts';

/**
 * `a . b + bias` for two matrices, either of them transposed first; every combination and every gradient at full speed.
 *
 * @param a [M, K], or [K, M] to be transposed
 * @param b [K, N], or [N, K] to be transposed
 * @param bias [N]
 * @returns [M, N]
 */
export function matrixProduct(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean, bias?: Tensor): Tensor {
  if (hasFused('matrixProduct')) {
    return runFused('matrixProduct', bias === undefined ? { a, b } : { a, b, bias }, { transposeA, transposeB });
  }
  const product = tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D, transposeA, transposeB);
  return bias === undefined ? product : tf.add(product, bias);
}

/** Registers the gradient of the fused product with TensorFlow.js; each part is computed only if it is needed. */
export function registerMatrixProductGradient(): void {
  tf.registerGradient({
    kernelName: registeredName('matrixProduct'),
    inputsToSave: ['a', 'b'],
    gradFunc: (gradient, saved, attributes) => {
      const dy = gradient as Tensor;
      const [a, b] = saved as [Tensor, Tensor];
      const { transposeA, transposeB } = attributes as unknown as FusedKernels['matrixProduct']['attributes'];
      return {
        a: () => (transposeA ? matrixProduct(b, dy, transposeB, true) : matrixProduct(dy, b, false, !transposeB)),
        b: () => (transposeB ? matrixProduct(dy, a, true, transposeA) : matrixProduct(a, dy, !transposeA, false)),
        bias: () => runFused('columnSums', { x: dy }, {}),
      };
    },
  });
}
