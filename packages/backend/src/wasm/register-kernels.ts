import type { TensorInfo } from '@tensorflow/tfjs-core';
import { registerMatrixProductGradient } from '../operations/matrix-product.ts';
import { tf } from '../tensorflow.ts';
import { definitions } from './kernel-definitions.ts';
import { KernelMemory, type WasmBackend } from './kernel-memory.ts';
import { sliceKernels } from './slice-kernels.ts';

let memory: KernelMemory | undefined;
let registered = false;

/**
 * Makes the fused kernels known to TensorFlow.js for its WebAssembly backend, which must be the current one.
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
  // The backend's own copies the values: of everything that is kept for the backward pass, at every clone.
  tf.unregisterKernel('Identity', 'wasm');
  tf.registerKernel({
    kernelName: 'Identity',
    backendName: 'wasm',
    kernelFunc: ({ inputs }) => memory!.share(inputs.x!),
  });
  for (const [kernelName, kernel] of Object.entries(sliceKernels)) {
    const own = tf.getKernel(kernelName, 'wasm');
    tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: (call) => {
        const { x } = call.inputs as { x: TensorInfo };
        return x.dtype === 'string' ? own.kernelFunc(call) : kernel(memory!, x, call.attrs as never);
      },
    });
  }
  for (const [kernelName, definition] of Object.entries(definitions)) {
    tf.registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs }) => definition(memory!, inputs as never, attrs as never),
    });
  }
  return true;
}
