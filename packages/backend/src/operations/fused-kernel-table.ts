import type { TensorInfo } from '@tensorflow/tfjs-core';
import { replaceKernel } from '../replace-kernel.ts';
import { tf } from '../tensorflow.ts';
import { type FusedKernel, type FusedKernels, registeredName } from './fused-kernels.ts';

/** A backend's implementation of a fused kernel; the context is the backend's own object. */
export type FusedKernelFunction<Context, Name extends FusedKernel> = (
  context: Context,
  inputs: FusedKernels[Name]['inputs'],
  attributes: FusedKernels[Name]['attributes'],
) => FusedKernels[Name]['outputs'];

/** Marks a kernel that a backend does not have: the operation is composed there. */
export interface AbsentKernel {
  /** Why the backend does not have it. */
  readonly absent: string;
}

export function absent(reason: string): AbsentKernel {
  return { absent: reason };
}

/** A backend's fused kernels. Every name must be listed, so that no kernel is left out by mistake. */
export type FusedKernelTable<Context> = {
  readonly [Name in FusedKernel]: FusedKernelFunction<Context, Name> | AbsentKernel;
};

/** A kernel as TensorFlow.js calls it, which checks neither inputs nor attributes. */
export type UntypedKernel<Context, Outputs = TensorInfo | TensorInfo[]> = (
  context: Context,
  inputs: object,
  attributes: object,
) => Outputs;

/**
 * Registers a backend's fused kernels with TensorFlow.js, instead of those registered before.
 *
 * @param context called for every kernel
 */
export function registerFusedKernels<Context>(
  backendName: string,
  table: FusedKernelTable<Context>,
  context: () => Context,
): void {
  for (const [name, kernel] of Object.entries(table) as [FusedKernel, FusedKernelTable<Context>[FusedKernel]][]) {
    const kernelName = registeredName(name);
    if ('absent' in kernel) {
      // An earlier backend of this name may have registered it.
      if (tf.getKernel(kernelName, backendName) != null) tf.unregisterKernel(kernelName, backendName);
      continue;
    }
    // Safe because `runFused` is the only caller, and typed by the same name.
    const run = kernel as UntypedKernel<Context>;
    replaceKernel({ kernelName, backendName, kernelFunc: ({ inputs, attrs }) => run(context(), inputs, attrs ?? {}) });
  }
}
