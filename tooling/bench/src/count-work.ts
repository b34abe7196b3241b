import { tf } from '@kaleido/backend';

/** What a piece of work asks of a backend. */
export interface WorkCounts {
  /** TensorFlow.js kernels, fused ones counted once. */
  readonly kernels: number;
  /** Programs sent to a GPU, or operations to TensorFlow; absent on backends where a kernel is all there is. */
  readonly dispatches?: number;
  /** Reads from the device. */
  readonly reads: number;
}

/** The parts of the backends that dispatch: WebGPU's programs, TensorFlow's operations. */
interface Dispatching {
  runWebGPUProgram?: (...inputs: never[]) => unknown;
  readonly binding?: { execute(...inputs: never[]): unknown };
}

/** Runs something once on the current backend and counts what it asked for. */
export function countWork(run: () => void): WorkCounts {
  const counts = { kernels: 0, dispatches: 0, reads: 0 };
  const undo: (() => void)[] = [];
  /** Has a method count its calls until it is put back. */
  const watch = <Name extends string>(holder: Record<Name, unknown>, name: Name, kind: keyof typeof counts): void => {
    const original = holder[name] as (...inputs: unknown[]) => unknown;
    const own = Object.hasOwn(holder, name);
    holder[name] = function (this: unknown, ...inputs: unknown[]): unknown {
      counts[kind]++;
      return original.apply(this, inputs);
    };
    undo.push(() => {
      if (own) holder[name] = original;
      else delete (holder as Partial<Record<Name, unknown>>)[name];
    });
  };

  const backend = tf.backend();
  for (const kernel of tf.getKernelsForBackend(tf.getBackend()))
    watch(kernel as unknown as Record<'kernelFunc', unknown>, 'kernelFunc', 'kernels');
  for (const name of ['read', 'readSync'] as const)
    watch(backend as unknown as Record<typeof name, unknown>, name, 'reads');
  const { runWebGPUProgram, binding } = backend as unknown as Dispatching;
  if (runWebGPUProgram !== undefined)
    watch(backend as unknown as Record<'runWebGPUProgram', unknown>, 'runWebGPUProgram', 'dispatches');
  if (binding !== undefined) watch(binding as unknown as Record<'execute', unknown>, 'execute', 'dispatches');
  try {
    run();
  } finally {
    for (const back of undo.reverse()) back();
  }
  const { dispatches, ...rest } = counts;
  return runWebGPUProgram === undefined && binding === undefined ? rest : { ...rest, dispatches };
}
