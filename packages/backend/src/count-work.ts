import { tf } from './tensorflow.ts';

/** What some work asked of the backend. */
export interface Work {
  /** Kernels run, whatever each is made of: on WebGPU one may be several dispatches, on wasm it is one call. */
  readonly kernels: number;
  readonly kernelsByName: ReadonlyMap<string, number>;
  /**
   * Times that values were read from the backend to the host, by the caller or by a kernel on its way. On a GPU each one
   * waits for all that was asked for before it.
   */
  readonly reads: number;
}

/**
 * Counts what a function asks of the current backend until it returns, or until its promise resolves; other work of the
 * same thread in the meantime counts too. For tests and benchmarks: every kernel costs a call more.
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
  // One way of reading may go by the other, which then is the same read.
  const countRead = <Value>(go: () => Value): Value => {
    if (reading) return go();
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
    replace(backend, 'read', (...given) => countRead(() => read.apply(backend, given))),
    replace(backend, 'readSync', (...given) => countRead(() => readSync.apply(backend, given))),
  ];
  try {
    const result = await run();
    return { result, work: { kernels, kernelsByName, reads } };
  } finally {
    for (const undo of restore) undo();
  }
}

/** Replaces a method of one object; what comes back puts it as it was. */
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
