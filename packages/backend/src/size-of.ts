import type { TensorInfo } from '@tensorflow/tfjs-core';

/** How many values a tensor has. */
export function sizeOf({ shape }: TensorInfo): number {
  return shape.reduce((product, length) => product * length, 1);
}
