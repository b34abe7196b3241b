export {
  type ClaimedFolder,
  type ClaimOptions,
  claimRunFolder,
  decisive,
  finishedRunIn,
  type RunRecord,
  readRecord,
} from './claim-run-folder.ts';
export { lockFile, removeRunFiles } from './run-files.ts';
