import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type } from './attributes.ts';
import type { NativeKernels } from './native-kernels.ts';
import { dataTypes, typeNumbers } from './native-types.ts';

/** TensorFlow.js' kernel makes a tensor for the new shape at every call, and waits for the result's shape. */
export function reshape(kernels: NativeKernels, x: TensorInfo, shape: readonly number[]): TensorInfo {
  const attributes = [type('T', typeNumbers[x.dtype]), type('Tshape', dataTypes.TF_INT32)];
  return kernels.run('Reshape', attributes, [kernels.id(x), kernels.integers(shape)], { shape, dtype: x.dtype });
}
