export { type ClaimedFolder, claimRunFolder, decisive } from './claim-run-folder.ts';
export { lockFile, removeRunFiles } from './run-files.ts';
