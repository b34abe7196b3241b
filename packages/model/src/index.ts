export { causalMask } from './causal-mask.ts';
export {
  assertLayers,
  type ClassificationField,
  type ClassificationOptions,
  Classifier,
  classifierShapes,
} from './classifier.ts';
export {
  type CaptionMethod,
  type CaptionOptions,
  type CaptionTokens,
  defaultBlockNgram,
  type PieceChoice,
} from './decoding/caption-options.ts';
export { generateCaptions } from './decoding/generate-captions.ts';
export type { GeneratedCaption } from './decoding/generated-caption.ts';
export { type BothSides, type CausalText, type Encoder, encoderOf, type PairsToMatch } from './encoder.ts';
export { featureStandardisation } from './feature-standardisation.ts';
export {
  type HeadInputBatch,
  type HeadInputOptions,
  type HeadInputs,
  headInput,
  headInputSize,
} from './head-input.ts';
export {
  type EncodeBothOptions,
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
export type { LayerMemory } from './layer-memory.ts';
export { modelCard } from './model-card.ts';
export { loadModelFiles, loadWeightsFiles, readModelConfig } from './model-files.ts';
export type { ImageInput, TextInput } from './model-inputs.ts';
export { imageInput, textInput } from './plain-batches.ts';
export { type Initialisation, releasedPrefix, type VariableDescription, variableDescriptions } from './variables.ts';
export { modelFromWeights, readWeights, restoreWeights, storeWeights, type Weights } from './weights.ts';
