import { multiply } from '../multiply.ts';
import { productOf } from '../product-of.ts';
import type { WebgpuKernel } from '../webgpu-kernel.ts';

export const matrixProduct: WebgpuKernel<'matrixProduct'> = (kernels, { a, b, bias }, { transposeA, transposeB }) => {
  const product = productOf(a, b, transposeA, transposeB);
  const made = kernels.make({ shape: [product.rows, product.columns] });
  multiply(kernels, {
    ...product,
    c: { tensor: made, row: product.columns, column: 1 },
    ...(bias === undefined ? {} : { bias }),
  });
  return made;
};
