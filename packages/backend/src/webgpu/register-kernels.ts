import { registerFusedKernels } from '../operations/fused-kernel-table.ts';
import { registerMatrixProductGradient } from '../operations/matrix-product.ts';
import { webgpuKernels } from './kernel-table.ts';
import type { WebgpuBackend } from './webgpu-backend.ts';
import { WebgpuKernels } from './webgpu-kernels.ts';

/** Makes the fused kernels known to TensorFlow.js for a `webgpu` backend; those of one before it are forgotten. */
export function registerKernels(backend: WebgpuBackend): void {
  const kernels = new WebgpuKernels(backend);
  registerMatrixProductGradient();
  registerFusedKernels('webgpu', webgpuKernels, () => kernels);
}
