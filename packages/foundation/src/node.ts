export { type FolderLock, type LockFolderOptions, type LockOwner, lockFolder, nameOwner } from './folder-lock.ts';
export {
  inProcess,
  type ModuleWorkers,
  type ModuleWorkersOptions,
  openModuleWorkers,
  type WorkerService,
} from './module-workers.ts';
export { SafetensorsReader } from './safetensors-reader.ts';
export { writeWhole } from './write-whole.ts';
