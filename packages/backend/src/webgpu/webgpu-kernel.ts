import type { FusedKernelFunction } from '../operations/fused-kernel-table.ts';
import type { FusedKernel } from '../operations/fused-kernels.ts';
import type { WebgpuKernels } from './webgpu-kernels.ts';

/** A fused kernel for WebGPU. */
export type WebgpuKernel<Name extends FusedKernel> = FusedKernelFunction<WebgpuKernels, Name>;
