export {
  assertLayers,
  type ClassificationBatch,
  type ClassificationField,
  type ClassificationOptions,
  Classifier,
  type ClassifierInputs,
  classifierShapes,
} from './classifier.ts';
export { type BothSides, type Encoder, encoderOf, type PairsToMatch } from './encoder.ts';
export { featureStandardisation } from './feature-standardisation.ts';
export {
  type EncodeOptions,
  type EncoderOutput,
  type ForwardOptions,
  KaleidoBert,
  type KaleidoLogits,
  type KaleidoOutput,
  type SideEncoding,
} from './kaleido-bert.ts';
export {
  jointPatches,
  type KaleidoBertConfig,
  kaleidoBertConfig,
  type ModelSize,
  type PresetName,
  presetSize,
  presets,
} from './kaleido-bert-config.ts';
export { modelCard } from './model-card.ts';
export { loadModelFiles, loadWeightsFiles, readModelConfig } from './model-files.ts';
export type { ImageInput, TextInput } from './model-inputs.ts';
export { imageInput, textInput } from './plain-batches.ts';
export { type Initialisation, releasedPrefix, type VariableDescription, variableDescriptions } from './variables.ts';
export { modelFromWeights, readWeights, restoreWeights, storeWeights, type Weights } from './weights.ts';
