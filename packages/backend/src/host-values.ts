import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type Tensor, tf } from './tensorflow.ts';

/**
 * The values of the tensors on the host, in their order, without a copy where they are there already: only to be read, and
 * at once. They are valid until the next tensor is made or disposed.
 */
export async function hostValues(tensors: readonly Tensor[]): Promise<readonly Float32Array[]> {
  if (tf.getBackend() !== 'wasm') return Promise.all(tensors.map((tensor) => tensor.data<'float32'>()));
  const backend = tf.backend() as BackendWasm;
  return tensors.map((tensor) => backend.typedArrayFromHeap(tensor) as Float32Array);
}
