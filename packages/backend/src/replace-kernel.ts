import type { KernelConfig } from '@tensorflow/tfjs-core';
import { tf } from './tensorflow.ts';

/** Registers a kernel with TensorFlow.js; replaces the backend's kernel of that name, if it has one. */
export function replaceKernel(config: KernelConfig): void {
  const { kernelName, backendName } = config;
  // TensorFlow.js warns about a kernel that is registered twice.
  if (tf.getKernel(kernelName, backendName) != null) tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel(config);
}
