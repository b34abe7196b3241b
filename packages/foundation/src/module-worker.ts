import { parentPort, workerData } from 'node:worker_threads';
import { KaleidoError, type KaleidoErrorDetails } from './kaleido-error.ts';
import type { WorkerAnswer, WorkerCall, WorkerStart } from './module-workers.ts';
import { transferList, type WorkerService } from './worker-service.ts';

// The script of a thread of `openModuleWorkers`.
const { module, data } = workerData as WorkerStart;
const port = parentPort;

const service: Promise<WorkerService> = import(module).then((loaded: { open(data: unknown): Promise<WorkerService> }) =>
  loaded.open(data),
);
// Reported with the first call; until then it must not count as unhandled.
service.catch(() => undefined);
let last: Promise<void> = Promise.resolve();

port?.on('message', ({ method, argument }: WorkerCall) => {
  last = last.then(async () => {
    try {
      const result = await (await service)[method]?.(argument);
      port.postMessage({ kind: 'result', result } satisfies WorkerAnswer, [...transferList(result)]);
    } catch (error) {
      // An error of ours crosses as its parts: its class and marker would be lost in the copy. Any other ends the thread.
      if (!KaleidoError.isInstance(error)) throw error;
      port.postMessage({ kind: 'error', details: detailsOf(error) } satisfies WorkerAnswer);
    }
  });
});

function detailsOf({ source, problem, found, advice, kind }: KaleidoError): KaleidoErrorDetails {
  return {
    source,
    problem,
    ...(found === undefined ? {} : { found }),
    ...(advice === undefined ? {} : { advice }),
    ...(kind === undefined ? {} : { kind }),
  };
}
