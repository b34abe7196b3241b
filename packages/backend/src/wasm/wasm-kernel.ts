import type { FusedKernelFunction } from '../operations/fused-kernel-table.ts';
import type { FusedKernel } from '../operations/fused-kernels.ts';
import type { KernelMemory } from './kernel-memory.ts';

/** A fused kernel for WebAssembly. */
export type WasmKernel<Name extends FusedKernel> = FusedKernelFunction<KernelMemory, Name>;
