export {
  inProcess,
  type ModuleWorkers,
  type ModuleWorkersOptions,
  openModuleWorkers,
  type WorkerService,
} from './module-workers.ts';
export { SafetensorsReader } from './safetensors-reader.ts';
export { writeWhole } from './write-whole.ts';
