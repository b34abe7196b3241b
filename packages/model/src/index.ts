export {
  type DropoutSeeds,
  type EncodeOptions,
  type EncoderOutput,
  type ForwardOptions,
  type ImageInput,
  KaleidoBert,
  type KaleidoLogits,
  type KaleidoOutput,
  type SideEncoding,
  type TextInput,
} from './kaleido-bert.ts';
export {
  type KaleidoBertConfig,
  kaleidoBertConfig,
  type ModelSize,
  type PresetName,
  presetSize,
  presets,
} from './kaleido-bert-config.ts';
export { type Level, type LevelName, type LevelRange, levelRanges, levels, patchCount } from './levels.ts';
export { modelCard } from './model-card.ts';
export { type ImageBatch, imageInput, type TextBatch, textInput } from './plain-batches.ts';
export { type Initialisation, releasedPrefix, type VariableDescription, variableDescriptions } from './variables.ts';
export { modelFromWeights, readWeights, restoreWeights, storeWeights, type Weights } from './weights.ts';
