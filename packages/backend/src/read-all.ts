import type { Tensor } from './tensorflow.ts';

/** The values of the tensors on the host, in their order, as copies; the tensors stay alive. */
export async function readAll(tensors: readonly Tensor[]): Promise<Float32Array[]> {
  return Promise.all(tensors.map(async (tensor) => Float32Array.from(await tensor.data())));
}
