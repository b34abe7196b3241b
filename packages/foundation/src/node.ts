export {
  inProcess,
  type ModuleWorkers,
  type ModuleWorkersOptions,
  openModuleWorkers,
  type WorkerService,
} from './module-workers.ts';
export { writeWhole } from './write-whole.ts';
