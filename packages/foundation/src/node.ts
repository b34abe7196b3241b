export { pathFromUser, runCommand, threadCount } from './command-line.ts';
export { type ModuleWorkersOptions, openModuleWorkers } from './module-workers.ts';
export { SafetensorsReader } from './safetensors-reader.ts';
export { writeWhole } from './write-whole.ts';
