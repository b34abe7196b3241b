import type { TensorInfo } from '@tensorflow/tfjs-core';
import { sizeOf } from '../size-of.ts';

/** A tensor as a matrix: the product of the leading dimensions, and the last one. */
export function matrixShape(tensor: TensorInfo): [rows: number, width: number] {
  const width = tensor.shape[tensor.shape.length - 1] ?? 1;
  return [width === 0 ? 0 : sizeOf(tensor) / width, width];
}
