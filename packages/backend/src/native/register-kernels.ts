import type { KernelConfig } from '@tensorflow/tfjs-core';
import { registerMatrixProductGradient } from '../operations/matrix-product.ts';
import { tf } from '../tensorflow.ts';
import { convolutionKernels } from './convolution-kernels.ts';
import { definitions, gpuDefinitions } from './kernel-definitions.ts';
import { NativeKernels } from './native-kernels.ts';
import type { NodeBackend } from './node-backend.ts';
import { plainKernels } from './plain-kernels.ts';

/** Makes the fused kernels known to TensorFlow.js for its `tensorflow` backend, once a process. */
export function registerKernels(backend: NodeBackend): void {
  const kernels = new NativeKernels(backend);
  registerMatrixProductGradient();
  const all = { ...plainKernels, ...definitions, ...(kernels.gpu ? gpuDefinitions : {}) };
  for (const [kernelName, definition] of Object.entries(all)) {
    if (tf.getKernel(kernelName, 'tensorflow') != null) tf.unregisterKernel(kernelName, 'tensorflow');
    tf.registerKernel({
      kernelName,
      backendName: 'tensorflow',
      kernelFunc: ({ inputs, attrs }) => {
        const outputs = definition(kernels, inputs as never, attrs as never);
        // TensorFlow.js wants the output of a kernel that has one bare.
        return Array.isArray(outputs) && outputs.length === 1 ? outputs[0]! : outputs;
      },
    });
  }
  for (const [kernelName, convolution] of Object.entries(convolutionKernels)) {
    const theirs = tf.getKernel(kernelName, 'tensorflow');
    if (theirs != null) tf.unregisterKernel(kernelName, 'tensorflow');
    tf.registerKernel({
      kernelName,
      backendName: 'tensorflow',
      kernelFunc: (call) =>
        convolution(kernels, call.inputs as never, call.attrs as never) ?? (theirs as KernelConfig).kernelFunc(call),
    });
  }
}
