import type { TensorInfo } from '@tensorflow/tfjs-core';
import { replaceKernel } from '../replace-kernel.ts';
import { tf } from '../tensorflow.ts';
import { type FusedKernel, type FusedKernels, registeredName } from './fused-kernels.ts';

/** One backend's form of a fused kernel; the context is what it computes with. */
export type FusedKernelFunction<Context, Name extends FusedKernel> = (
  context: Context,
  inputs: FusedKernels[Name]['inputs'],
  attributes: FusedKernels[Name]['attributes'],
) => FusedKernels[Name]['outputs'];

/** Stands in a backend's table for a kernel that it does not have: the operation is composed there. */
export interface AbsentKernel {
  /** Why the backend is better off without it. */
  readonly absent: string;
}

export function absent(reason: string): AbsentKernel {
  return { absent: reason };
}

/** A backend's fused kernels. Every name is listed, so that a missing kernel is a decision and not an oversight. */
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
 * Makes a backend's fused kernels known to TensorFlow.js, instead of those registered for it before.
 *
 * @param context asked for at every call
 */
export function registerFusedKernels<Context>(
  backendName: string,
  table: FusedKernelTable<Context>,
  context: () => Context,
): void {
  for (const [name, kernel] of Object.entries(table) as [FusedKernel, FusedKernelTable<Context>[FusedKernel]][]) {
    const kernelName = registeredName(name);
    if ('absent' in kernel) {
      // That of a backend which was open before, and had it.
      if (tf.getKernel(kernelName, backendName) != null) tf.unregisterKernel(kernelName, backendName);
      continue;
    }
    // Safe because `runFused` is the only caller, and typed by the same name.
    const run = kernel as UntypedKernel<Context>;
    replaceKernel({ kernelName, backendName, kernelFunc: ({ inputs, attrs }) => run(context(), inputs, attrs ?? {}) });
  }
}
