import { multiply } from '../multiply.ts';
import { productOf } from '../product-of.ts';
import type { WebgpuKernel } from '../webgpu-kernel.ts';

export const linearGelu: WebgpuKernel<'linearGelu'> = (kernels, { a, b, bias }, { transposeA, transposeB }) => {
  const product = productOf(a, b, transposeA, transposeB);
  const shape = [product.rows, product.columns];
  const [made, sums] = [kernels.make({ shape }), kernels.make({ shape })];
  multiply(kernels, { ...product, c: { tensor: made, row: product.columns, column: 1 }, bias, sums });
  return [made, sums];
};
