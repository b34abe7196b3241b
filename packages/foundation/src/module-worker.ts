import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { WorkerStart } from './module-workers.ts';
import { callThrough, serveCalls, typedCalls } from './service-port.ts';
import type { ServiceCalls, WorkerService } from './worker-service.ts';

// The script of a thread of `openModuleWorkers`.
interface WorkerModule {
  open(data: unknown, owner: ServiceCalls<WorkerService>): Promise<WorkerService>;
}

const { module, data, owner } = workerData as WorkerStart;
const service = import(module).then((loaded: WorkerModule) => loaded.open(data, typedCalls(callThrough(owner))));
serveCalls(parentPort as MessagePort, service, (fault) => {
  // Ends the thread.
  throw fault;
});
