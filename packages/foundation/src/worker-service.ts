import { KaleidoError } from './kaleido-error.ts';

/**
 * The methods that a worker's module provides: one argument each; arguments and results can be copied between threads.
 */
// biome-ignore lint/suspicious/noExplicitAny: each method has an argument of its own, which `call` infers
export type WorkerService = { readonly [Method in string]: (argument: any) => unknown };

/** Calls the methods of a service on another thread. */
export interface ServiceCalls<Service extends WorkerService> {
  /**
   * Calls are answered in order.
   * @throws KaleidoError as the method threw it
   */
  call<Method extends keyof Service>(
    method: Method,
    argument: Parameters<Service[Method]>[0],
  ): Promise<Awaited<ReturnType<Service[Method]>>>;
}

/** Several threads that run the same module; each has its own state. */
export interface ModuleWorkers<Service extends WorkerService> {
  readonly count: number;
  /**
   * Runs a method on one worker; calls to one worker are answered in order.
   * @throws KaleidoError as the method threw it, and when the worker has ended
   */
  call<Method extends keyof Service>(
    worker: number,
    method: Method,
    argument: Parameters<Service[Method]>[0],
  ): Promise<Awaited<ReturnType<Service[Method]>>>;
  /** Ends the threads at once, even during calls. */
  close(): Promise<void>;
}

/** The interface of worker threads on the calling thread, for one service that is already open; also in a page. */
export function inProcess<Service extends WorkerService>(service: Service): ModuleWorkers<Service> {
  return {
    count: 1,
    call: async (_worker, method, argument) => (await callMethod(service, method as string, argument)) as never,
    close: async () => undefined,
  };
}

/** @throws KaleidoError if the service has no such method */
export async function callMethod(service: WorkerService, method: string, argument: unknown): Promise<unknown> {
  if (service[method] === undefined)
    throw new KaleidoError({
      source: 'foundation',
      problem: 'the service has no such method',
      found: method,
      advice: "return it from the module's open, or pass it in owner to openModuleWorkers if the worker calls it",
    });
  return service[method](argument);
}

const buffersOf = new WeakMap<object, readonly ArrayBuffer[]>();

/**
 * Marks a method's result as moved to the caller, not copied: the worker can no longer use its arrays. Views of a part
 * of a buffer, and shared memory, are copied or shared as usual.
 */
export function transferred<Result extends object>(result: Result): Result {
  const buffers = new Set<ArrayBuffer>();
  collectBuffers(result, buffers);
  buffersOf.set(result, [...buffers]);
  return result;
}

/** The buffers that move with a result. */
export function transferList(result: unknown): readonly ArrayBuffer[] {
  return (typeof result === 'object' && result !== null && buffersOf.get(result)) || [];
}

function collectBuffers(value: unknown, found: Set<ArrayBuffer>): void {
  if (typeof value !== 'object' || value === null) return;
  if (ArrayBuffer.isView(value)) {
    // Not by `instanceof`: the buffer may come from another realm.
    const isOwn = Object.prototype.toString.call(value.buffer) === '[object ArrayBuffer]';
    if (isOwn && value.byteLength === value.buffer.byteLength) found.add(value.buffer as ArrayBuffer);
  } else if (value instanceof Map || Array.isArray(value)) {
    for (const item of value.values()) collectBuffers(item, found);
  } else if (Object.getPrototypeOf(value) === Object.prototype)
    for (const item of Object.values(value)) collectBuffers(item, found);
}
