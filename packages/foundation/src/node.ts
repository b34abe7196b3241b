export { builtModule } from './built-module.ts';
export {
  pathFromUser,
  refuseUnknownWords,
  refuseUnusedOptions,
  runCommand,
  threadCount,
} from './command-line.ts';
export { type FolderLock, type LockFolderOptions, type LockOwner, lockFolder, nameOwner } from './folder-lock.ts';
export { folderOnDisk, openFile } from './folder-on-disk.ts';
export { localPath } from './local-path.ts';
export { type ModuleWorkersOptions, openModuleWorkers } from './module-workers.ts';
export { writeWhole } from './write-whole.ts';
