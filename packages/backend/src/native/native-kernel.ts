import type { FusedKernelFunction } from '../operations/fused-kernel-table.ts';
import type { FusedKernel } from '../operations/fused-kernels.ts';
import type { NativeKernels } from './native-kernels.ts';

/** A fused kernel for TensorFlow. */
export type NativeKernel<Name extends FusedKernel> = FusedKernelFunction<NativeKernels, Name>;
