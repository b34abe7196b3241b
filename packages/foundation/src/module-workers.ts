import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { builtModule } from './built-module.ts';
import { KaleidoError } from './kaleido-error.ts';
import { callThrough, type PortCaller, serveCalls } from './service-port.ts';
import type { ModuleWorkers, WorkerService } from './worker-service.ts';

export interface ModuleWorkersOptions {
  /** URL of the module (JavaScript, as Node 20 loads it); it exports `open(data, owner)`, which returns the service. */
  readonly module: URL;
  readonly count: number;
  /** Copied to each worker; shared array buffers are shared. */
  readonly data: unknown;
  /** Methods on this thread that the workers may call, by `owner.call(method, argument)`. */
  readonly owner?: WorkerService;
}

/** What a thread starts with. */
export interface WorkerStart {
  readonly module: string;
  readonly data: unknown;
  /** The port for calls to the owner's methods. */
  readonly owner: MessagePort;
}

const workerScript = builtModule('module-worker', import.meta.url);

/**
 * Starts the threads. A module that fails to open is reported with the first call.
 * @throws DataCloneError for `data` that cannot be copied
 */
export function openModuleWorkers<Service extends WorkerService>({
  module,
  count,
  data,
  owner = {},
}: ModuleWorkersOptions): ModuleWorkers<Service> {
  const workers: OneWorker[] = [];
  try {
    for (let index = 0; index < count; index++) workers.push(startWorker(module, data, owner));
  } catch (error) {
    for (const worker of workers) void worker.stop();
    throw error;
  }
  return {
    count,
    call: (worker, method, argument) => {
      const one = workers[worker];
      if (one === undefined) throw new RangeError(`worker ${worker} of ${count}`);
      return one.call(method as string, argument) as never;
    },
    close: async () => void (await Promise.all(workers.map((worker) => worker.stop()))),
  };
}

type OneWorker = Pick<PortCaller, 'call'> & { stop(): Promise<unknown> };

function startWorker(module: URL, data: unknown, owner: WorkerService): OneWorker {
  const { port1, port2 } = new MessageChannel();
  const start: WorkerStart = { module: module.href, data, owner: port2 };
  const worker = new Worker(workerScript, { workerData: start, transferList: [port2] });
  // After the start, which may fail: a port that is listened to keeps the process alive.
  serveCalls(port1, Promise.resolve(owner));
  const { call, fail } = callThrough(worker);
  worker.on('error', fail);
  worker.on('exit', (code) => {
    port1.close();
    fail(
      new KaleidoError({
        source: 'foundation',
        problem: 'a worker thread ended early',
        found: `exit code ${code}`,
        advice: 'free some memory, or take fewer threads',
      }),
    );
  });
  return { call, stop: () => worker.terminate() };
}
