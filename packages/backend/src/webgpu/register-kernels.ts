import { registerFusedKernels } from '../operations/fused-kernel-table.ts';
import { registerMatrixProductGradient } from '../operations/matrix-product.ts';
import { webgpuKernels } from './kernel-table.ts';
import type { WebgpuBackend } from './webgpu-backend.ts';
import { WebgpuKernels } from './webgpu-kernels.ts';

/** Registers the fused kernels with TensorFlow.js for a `webgpu` backend, instead of an earlier backend's. */
export function registerKernels(backend: WebgpuBackend): void {
  const kernels = new WebgpuKernels(backend);
  registerMatrixProductGradient();
  registerFusedKernels('webgpu', webgpuKernels, () => kernels);
}
