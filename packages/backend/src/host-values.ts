import { type Tensor, tf } from './tensorflow.ts';

/**
 * The values of the tensors on the host, in their order, without a copy where they are there already: only to be read, and
 * at once. They are valid until the next tensor is made or disposed.
 */
export async function hostValues(tensors: readonly Tensor[]): Promise<readonly Float32Array[]> {
  if (tf.getBackend() !== 'wasm') return Promise.all(tensors.map((tensor) => tensor.data<'float32'>()));
  const memory = tf.backend() as unknown as { typedArrayFromHeap(tensor: Tensor): Float32Array };
  return tensors.map((tensor) => memory.typedArrayFromHeap(tensor));
}
