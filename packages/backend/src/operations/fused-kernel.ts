import { type Tensor, tf } from '../tensorflow.ts';

/** The kernels that a backend may bring for an operation as a whole; src/wasm/ has them for WebAssembly. */
export type FusedKernel =
  | 'KaleidoAdamW'
  | 'KaleidoAdamWOfAll'
  | 'KaleidoAttention'
  | 'KaleidoAttentionGradient'
  | 'KaleidoColumnSums'
  | 'KaleidoDivergence'
  | 'KaleidoDivergenceGradient'
  | 'KaleidoDropout'
  | 'KaleidoGatherRows'
  | 'KaleidoGelu'
  | 'KaleidoGeluGradient'
  | 'KaleidoGlobalNorm'
  | 'KaleidoLayerNorm'
  | 'KaleidoLayerNormGradient'
  | 'KaleidoLinearGelu'
  | 'KaleidoMatrixProduct'
  | 'KaleidoPool'
  | 'KaleidoScatterAddRows'
  | 'KaleidoSoftmaxCrossEntropy'
  | 'KaleidoSoftmaxCrossEntropyGradient';

let composedOnly = false;

/** Whether the current backend has the kernel; where not, an operation is composed of TensorFlow.js' own. */
export function hasFused(name: FusedKernel): boolean {
  return !composedOnly && tf.getKernel(name, tf.getBackend()) != null;
}

/** Runs a kernel that has one output. */
export function runFused(name: FusedKernel, inputs: Record<string, Tensor>, attributes: object = {}): Tensor {
  return tf.engine().runKernel(name, inputs, { ...attributes });
}

/** Runs a kernel that has several outputs. */
export function runFusedMany(name: FusedKernel, inputs: Record<string, Tensor>, attributes: object = {}): Tensor[] {
  return tf.engine().runKernel<Tensor[]>(name, inputs, { ...attributes });
}

/**
 * Runs a function with every operation composed of TensorFlow.js' own, whatever kernels the backend has: what the fused
 * ones are tested and measured against.
 */
export function withComposedOperations<Result>(run: () => Result): Result {
  const before = composedOnly;
  composedOnly = true;
  try {
    return run();
  } finally {
    composedOnly = before;
  }
}
