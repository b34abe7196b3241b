import { Worker } from 'node:worker_threads';
import { builtModule } from './built-module.ts';
import { KaleidoError, type KaleidoErrorDetails } from './kaleido-error.ts';
import type { ModuleWorkers, WorkerService } from './worker-service.ts';

export interface ModuleWorkersOptions {
  /** URL of the module (JavaScript, as Node 20 loads it); it exports `open(data)`, which gives the service. */
  readonly module: URL;
  readonly count: number;
  /** Copied to each worker; shared array buffers are shared. */
  readonly data: unknown;
}

/** The messages between a worker and its owner. */
export interface WorkerStart {
  readonly module: string;
  readonly data: unknown;
}
export interface WorkerCall {
  readonly method: string;
  readonly argument: unknown;
}
export type WorkerAnswer =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'error'; readonly details: KaleidoErrorDetails };

const workerScript = builtModule('module-worker', import.meta.url);

/** Starts the threads. A module that fails to open is reported with the first call. */
export function openModuleWorkers<Service extends WorkerService>({
  module,
  count,
  data,
}: ModuleWorkersOptions): ModuleWorkers<Service> {
  const workers = Array.from({ length: count }, () => startWorker({ module: module.href, data }));
  return {
    count,
    call: (worker, method, argument) => {
      const one = workers[worker];
      if (one === undefined) throw new RangeError(`worker ${worker} of ${count}`);
      return one.call({ method: method as string, argument }) as never;
    },
    close: async () => void (await Promise.all(workers.map((worker) => worker.stop()))),
  };
}

function startWorker(start: WorkerStart): { call(call: WorkerCall): Promise<unknown>; stop(): Promise<unknown> } {
  const worker = new Worker(workerScript, { workerData: start });
  const callers: { resolve: (result: unknown) => void; reject: (error: unknown) => void }[] = [];
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
    for (const { reject } of callers.splice(0)) reject(failure);
  };
  worker.on('message', (answer: WorkerAnswer) => {
    const caller = callers.shift();
    if (answer.kind === 'result') caller?.resolve(answer.result);
    else caller?.reject(new KaleidoError(answer.details));
  });
  worker.on('error', fail);
  worker.on('exit', (code) =>
    fail(
      new KaleidoError({
        source: 'foundation',
        problem: 'a worker thread ended early',
        found: `exit code ${code}`,
        advice: 'free some memory, or take fewer threads',
      }),
    ),
  );
  return {
    call: (call) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) {
          reject(failure);
          return;
        }
        callers.push({ resolve, reject });
        worker.postMessage(call);
      }),
    stop: () => worker.terminate(),
  };
}
