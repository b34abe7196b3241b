export { type ClaimedFolder, claimRunFolder, decisive, finishedRunIn } from './claim-run-folder.ts';
export { lockFile, removeRunFiles } from './run-files.ts';
