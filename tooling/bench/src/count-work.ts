import { tf } from '@kaleido/backend';

/** Counts of a backend's work. */
export interface WorkCounts {
  /** TensorFlow.js kernels; a fused one counts once. */
  readonly kernels: number;
  /** Programs sent to a GPU, or operations sent to TensorFlow; absent on other backends. */
  readonly dispatches?: number;
  /** Reads from the device. */
  readonly reads: number;
  /** The kernels with the longest times, longest first. */
  readonly longest: readonly KernelTime[];
}

interface KernelTime {
  readonly kernel: string;
  readonly calls: number;
  /** Time of all its calls, until each returned. On a GPU the work is only queued by then, elsewhere done. */
  readonly milliseconds: number;
}

/** Number of kernels whose times are reported; the rest take little time. */
const longestCount = 12;

/** TensorFlow's backend sends its operations here. */
interface WithBinding {
  readonly binding?: { execute: Method };
}

/** WebGPU in browsers and in Dawn: all GPU work is dispatched through this class. */
interface WithComputePasses {
  readonly GPUComputePassEncoder?: { readonly prototype: Record<'dispatchWorkgroups', Method> };
}

type Method = (...inputs: unknown[]) => unknown;

/** Runs a function once on the current backend and counts its work. */
export function countWork(run: () => void): WorkCounts {
  const counts = { kernels: 0, dispatches: 0, reads: 0 };
  const times = new Map<string, { calls: number; milliseconds: number }>();
  const undo: (() => void)[] = [];
  /** Wraps a method until the run is over. */
  const wrap = <Name extends string>(
    holder: Record<Name, Method>,
    name: Name,
    around: (call: Method) => Method,
  ): void => {
    const own = Object.hasOwn(holder, name);
    const original = holder[name];
    const wrapped = around(original);
    holder[name] = function (this: unknown, ...inputs) {
      return wrapped.apply(this, inputs);
    };
    undo.push(() => {
      if (own) holder[name] = original;
      else delete (holder as Partial<typeof holder>)[name];
    });
  };
  const counting =
    (kind: keyof typeof counts) =>
    (call: Method): Method =>
      function (this: unknown, ...inputs) {
        counts[kind]++;
        return call.apply(this, inputs);
      };

  let depth = 0;
  const timing =
    (kernel: string) =>
    (call: Method): Method =>
    (...inputs) => {
      counts.kernels++;
      // A kernel's time includes that of the kernels it calls.
      if (depth > 0) return call(...inputs);
      const start = performance.now();
      depth++;
      try {
        return call(...inputs);
      } finally {
        depth--;
        const { calls, milliseconds } = times.get(kernel) ?? { calls: 0, milliseconds: 0 };
        times.set(kernel, { calls: calls + 1, milliseconds: milliseconds + performance.now() - start });
      }
    };

  const backend = tf.backend();
  for (const kernel of tf.getKernelsForBackend(tf.getBackend()))
    wrap(kernel as unknown as Record<'kernelFunc', Method>, 'kernelFunc', timing(kernel.kernelName));
  for (const name of ['read', 'readSync'] as const)
    wrap(backend as unknown as Record<typeof name, Method>, name, counting('reads'));
  const { binding } = backend as unknown as WithBinding;
  if (binding !== undefined) wrap(binding, 'execute', counting('dispatches'));
  const passes = (globalThis as WithComputePasses).GPUComputePassEncoder?.prototype;
  const isWebgpu = tf.getBackend() === 'webgpu' && passes !== undefined;
  if (isWebgpu) wrap(passes, 'dispatchWorkgroups', counting('dispatches'));
  try {
    run();
  } finally {
    for (const back of undo.reverse()) back();
  }
  const { dispatches, ...rest } = counts;
  const longest = [...times]
    .map(([kernel, time]) => ({ kernel, ...time }))
    .sort((a, b) => b.milliseconds - a.milliseconds)
    .slice(0, longestCount);
  return { ...rest, ...(isWebgpu || binding !== undefined ? { dispatches } : {}), longest };
}
