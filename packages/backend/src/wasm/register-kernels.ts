import type { TensorInfo } from '@tensorflow/tfjs-core';
import { registerFusedKernels } from '../operations/fused-kernel-table.ts';
import { registerMatrixProductGradient } from '../operations/matrix-product.ts';
import { replaceKernel } from '../replace-kernel.ts';
import { tf } from '../tensorflow.ts';
import { KernelMemory, type WasmBackend } from './kernel-memory.ts';
import { wasmKernels } from './kernel-table.ts';
import { sliceKernels } from './slice-kernels.ts';

let memory: KernelMemory | undefined;
let registered = false;

/**
 * Registers the fused kernels with TensorFlow.js for its WebAssembly backend, which must be the current one.
 *
 * @returns whether this engine can run them
 */
export async function registerKernels(): Promise<boolean> {
  const backend = tf.backend() as unknown as WasmBackend;
  if (memory?.backend === backend) return true;
  try {
    memory = await KernelMemory.open(backend);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return false;
    throw error;
  }
  if (registered) return true;
  registered = true;
  registerMatrixProductGradient();
  // TensorFlow.js' kernel copies the values at every clone: everything saved for the backward pass.
  replaceKernel({
    kernelName: tf.Identity,
    backendName: 'wasm',
    kernelFunc: ({ inputs }) => memory!.share(inputs.x!),
  });
  for (const [kernelName, kernel] of Object.entries(sliceKernels)) {
    const own = tf.getKernel(kernelName, 'wasm');
    const run = kernel as (memory: KernelMemory, x: TensorInfo, attributes: object) => TensorInfo | TensorInfo[];
    replaceKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: (call) => {
        const { x } = call.inputs as { x: TensorInfo };
        return x.dtype === 'string' ? own.kernelFunc(call) : run(memory!, x, call.attrs ?? {});
      },
    });
  }
  registerFusedKernels('wasm', wasmKernels, () => memory!);
  return true;
}
