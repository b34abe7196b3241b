export { loadModel, loadWeights, saveModel, saveWeights } from './model-folder.ts';
