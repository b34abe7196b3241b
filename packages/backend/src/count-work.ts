import { tf } from './tensorflow.ts';

/** The work that a function requested from the backend. */
export interface Work {
  /** Kernels run. On WebGPU one kernel may be several dispatches, on wasm it is one call. */
  readonly kernels: number;
  readonly kernelsByName: ReadonlyMap<string, number>;
  /**
   * How often values were read from the backend to the host, by the caller or within a kernel. On a GPU each read waits
   * for all operations before it. Values that the host still has do not count, so `cpu` reads nothing.
   */
  readonly reads: number;
}

/**
 * Counts the current backend's work until the function returns, or until its promise resolves. Other work of the same
 * thread in the meantime counts too. For tests and benchmarks: it adds a function call to every kernel.
 *
 * @throws what the function throws
 */
export async function countWork<Result>(
  run: () => Result | Promise<Result>,
): Promise<{ readonly result: Result; readonly work: Work }> {
  const engine = tf.engine();
  const backend = tf.backend();
  const kernelsByName = new Map<string, number>();
  let kernels = 0;
  let reads = 0;
  let reading = false;
  const { runKernel } = engine;
  const { read, readSync } = backend;
  // One way of reading may call the other; both count as one read.
  const countRead = <Value>(dataId: object, go: () => Value): Value => {
    if (reading || isOnHost(backend, dataId)) return go();
    reads++;
    reading = true;
    try {
      return go();
    } finally {
      reading = false;
    }
  };
  const restore = [
    replace(engine, 'runKernel', (name, ...rest) => {
      kernels++;
      kernelsByName.set(name, (kernelsByName.get(name) ?? 0) + 1);
      return runKernel.call(engine, name, ...rest) as never;
    }),
    replace(backend, 'read', (...given) => countRead(given[0], () => read.apply(backend, given))),
    replace(backend, 'readSync', (...given) => countRead(given[0], () => readSync.apply(backend, given))),
  ];
  try {
    const result = await run();
    return { result, work: { kernels, kernelsByName, reads } };
  } finally {
    for (const undo of restore) undo();
  }
}

/**
 * Whether the values are on the host: the backend kept those that the tensor was made from, or computes on the host.
 */
function isOnHost(backend: object, dataId: object): boolean {
  type Entries = { get(dataId: object): { values?: unknown } | undefined };
  const { tensorMap, data } = backend as { tensorMap?: Entries; data?: Entries };
  return (tensorMap ?? data)?.get(dataId)?.values != null;
}

/** Replaces a method of one object; the returned function restores it. */
function replace<Owner extends object, Name extends keyof Owner>(
  owner: Owner,
  name: Name,
  method: Owner[Name],
): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  owner[name] = method;
  return () => {
    if (before === undefined) Reflect.deleteProperty(owner, name);
    else Object.defineProperty(owner, name, before);
  };
}
