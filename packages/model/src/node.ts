export type { BertConfig } from './bert-config.ts';
export { type BertFolder, loadBertFolder, loadBertWeights } from './bert-folder.ts';
export { type BertPlace, bertPlaces, transposed } from './bert-places.ts';
export type { BertTensors, LeftOfBert } from './bert-tensors.ts';
export { type BertInitialisation, initialiseFromBert } from './initialise-from-bert.ts';
export type { LeftVariables } from './left-variables.ts';
export { isTensorflowCheckpoint, loadModel, loadWeights, saveModel, saveWeights } from './model-folder.ts';
export {
  type LoadReleasedOptions,
  loadReleasedCheckpoint,
  type ReleasedCheckpoint,
  type ReleasedOptimizer,
  saveReleasedCheckpoint,
} from './released-checkpoint.ts';
export { TensorflowCheckpoint, writeTensorflowCheckpoint } from './tensorflow-checkpoint/tensorflow-checkpoint.ts';
