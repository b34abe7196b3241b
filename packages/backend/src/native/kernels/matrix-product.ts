import { float } from '../attributes.ts';
import type { NativeKernel } from '../native-kernel.ts';

export const matrixProduct: NativeKernel<'matrixProduct'> = (kernels, { a, b, bias }, { transposeA, transposeB }) => {
  if (bias === undefined) return kernels.products(a, b, transposeA, transposeB);
  // TensorFlow's fused product is slower on the CPU for most shapes, six times where `b` is transposed.
  return kernels.scope((own) => {
    const product = own(kernels.products(a, b, transposeA, transposeB));
    return kernels.run('BiasAdd', [float], [kernels.id(product), kernels.id(bias)], product);
  });
};
