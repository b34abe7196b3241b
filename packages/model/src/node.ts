export {
  type BertFolder,
  type BertInitialisation,
  type BertPlace,
  bertPlaces,
  initialiseFromBert,
  loadBertFolder,
  loadBertWeights,
  transposed,
} from './bert-folder.ts';
export { loadModel, loadWeights, saveModel, saveWeights } from './model-folder.ts';
export {
  type LoadReleasedOptions,
  loadReleasedCheckpoint,
  type ReleasedCheckpoint,
  type ReleasedOptimizer,
  saveReleasedCheckpoint,
} from './released-checkpoint.ts';
export { TensorflowCheckpoint, writeTensorflowCheckpoint } from './tensorflow-checkpoint/tensorflow-checkpoint.ts';
