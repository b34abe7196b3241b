import { multiply } from '../multiply.ts';
import type { WebgpuKernel } from '../webgpu-kernel.ts';

export const pool: WebgpuKernel<'pool'> = (kernels, { x, weights }, { transposed }) => {
  const [batch, , width] = x.shape as [number, number, number];
  const [down, across] = weights.shape.slice(-2) as [number, number];
  const [rows, depth] = transposed ? [across, down] : [down, across];
  const made = kernels.make({ shape: [batch, rows, width] });
  multiply(kernels, {
    rows,
    columns: width,
    depth,
    batch,
    a: {
      tensor: weights,
      outer: weights.shape.length === 3 ? down * across : 0,
      ...(transposed ? { row: 1, column: across } : { row: across, column: 1 }),
    },
    b: { tensor: x, row: width, column: 1, outer: depth * width },
    c: { tensor: made, row: width, column: 1, outer: rows * width },
  });
  return made;
};
