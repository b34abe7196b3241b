import { type Tensor, tf } from '../tensorflow.ts';
import { type FusedKernel, type FusedKernels, registeredName } from './fused-kernels.ts';

let composedOnly = false;

/** Whether the current backend has the kernel. If not, the operation is composed of TensorFlow.js' own kernels. */
export function hasFused(name: FusedKernel): boolean {
  return !composedOnly && tf.getKernel(registeredName(name), tf.getBackend()) != null;
}

/** Runs a fused kernel of the current backend, which must have it (`hasFused`). */
export function runFused<Name extends FusedKernel>(
  name: Name,
  inputs: FusedKernels<Tensor>[Name]['inputs'],
  attributes: FusedKernels<Tensor>[Name]['attributes'],
): FusedKernels<Tensor>[Name]['outputs'] {
  return tf.engine().runKernel<FusedKernels<Tensor>[Name]['outputs']>(registeredName(name), inputs, attributes);
}

/**
 * Runs a function without fused kernels: every operation is composed of TensorFlow.js' own. The fused kernels are
 * tested and measured against this.
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
