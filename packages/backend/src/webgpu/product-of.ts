import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Product } from './multiply.ts';

/** The layout of a product of two matrices, either of them transposed first. */
export function productOf(
  a: TensorInfo,
  b: TensorInfo,
  transposeA: boolean,
  transposeB: boolean,
): Pick<Product, 'rows' | 'columns' | 'depth' | 'a' | 'b'> {
  const [rows, depth] = (transposeA ? [a.shape[1], a.shape[0]] : a.shape) as [number, number];
  const columns = b.shape[transposeB ? 0 : 1]!;
  return {
    rows,
    columns,
    depth,
    a: { tensor: a, ...(transposeA ? { row: 1, column: rows } : { row: depth, column: 1 }) },
    b: { tensor: b, ...(transposeB ? { row: 1, column: depth } : { row: columns, column: 1 }) },
  };
}
