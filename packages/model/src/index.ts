export {
  type DropoutSeeds,
  type EncodeOptions,
  type EncoderOutput,
  type ForwardOptions,
  KaleidoBert,
  type KaleidoLogits,
  type KaleidoOutput,
  type SideEncoding,
} from './kaleido-bert.ts';
export {
  type KaleidoBertConfig,
  kaleidoBertConfig,
  type ModelSize,
  type PresetName,
  presetSize,
  presets,
} from './kaleido-bert-config.ts';
export { modelCard } from './model-card.ts';
export type { ImageInput, TextInput } from './model-inputs.ts';
export { imageInput, textInput } from './plain-batches.ts';
export { type Initialisation, releasedPrefix, type VariableDescription, variableDescriptions } from './variables.ts';
export { modelFromWeights, readWeights, restoreWeights, storeWeights, type Weights } from './weights.ts';
