import { registerMatrixProductGradient } from '../operations/matrix-product.ts';
import { tf } from '../tensorflow.ts';
import { definitions } from './kernel-definitions.ts';
import type { WebgpuBackend } from './webgpu-backend.ts';
import { WebgpuKernels } from './webgpu-kernels.ts';

/** Makes the fused kernels known to TensorFlow.js for a `webgpu` backend; those of one before it are forgotten. */
export function registerKernels(backend: WebgpuBackend): void {
  const kernels = new WebgpuKernels(backend);
  registerMatrixProductGradient();
  for (const [kernelName, definition] of Object.entries(definitions)) {
    if (tf.getKernel(kernelName, 'webgpu') != null) tf.unregisterKernel(kernelName, 'webgpu');
    tf.registerKernel({
      kernelName,
      backendName: 'webgpu',
      kernelFunc: ({ inputs, attrs }) => {
        const outputs = definition(kernels, inputs as never, attrs as never);
        // TensorFlow.js wants the output of a kernel that has one bare.
        return Array.isArray(outputs) && outputs.length === 1 ? outputs[0]! : outputs;
      },
    });
  }
}
