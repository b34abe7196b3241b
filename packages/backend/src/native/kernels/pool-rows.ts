import type { NativeKernel } from '../native-kernel.ts';

export const pool: NativeKernel<'pool'> = (kernels, { x, weights }, { transposed }) => {
  return kernels.products(weights, x, transposed);
};
