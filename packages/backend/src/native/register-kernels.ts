import type { TensorInfo } from '@tensorflow/tfjs-core';
import { registerFusedKernels, type UntypedKernel } from '../operations/fused-kernel-table.ts';
import { registerMatrixProductGradient } from '../operations/matrix-product.ts';
import { replaceKernel } from '../replace-kernel.ts';
import { tf } from '../tensorflow.ts';
import { convolutionKernels } from './convolution-kernels.ts';
import { cudaKernels, tensorflowKernels } from './kernel-table.ts';
import { NativeKernels } from './native-kernels.ts';
import type { NodeBackend } from './node-backend.ts';
import { plainKernels } from './plain-kernels.ts';

const backendName = 'tensorflow';

/** Registers the kernels with TensorFlow.js for its `tensorflow` backend, once per process. */
export function registerKernels(backend: NodeBackend): void {
  const kernels = new NativeKernels(backend);
  registerMatrixProductGradient();
  registerFusedKernels(backendName, kernels.gpu ? cudaKernels : tensorflowKernels, () => kernels);
  for (const [kernelName, kernel] of Object.entries(plainKernels)) {
    const run = kernel as UntypedKernel<NativeKernels>;
    replaceKernel({ kernelName, backendName, kernelFunc: ({ inputs, attrs }) => run(kernels, inputs, attrs ?? {}) });
  }
  for (const [kernelName, convolution] of Object.entries(convolutionKernels)) {
    const run = convolution as UntypedKernel<NativeKernels, TensorInfo | undefined>;
    const theirs = tf.getKernel(kernelName, backendName);
    replaceKernel({
      kernelName,
      backendName,
      kernelFunc: (call) => run(kernels, call.inputs, call.attrs ?? {}) ?? theirs.kernelFunc(call),
    });
  }
}
