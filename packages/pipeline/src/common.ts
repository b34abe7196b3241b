export { type Classification, type ClassificationSettings, classification } from './classification.ts';
export { readClassifier, type StoredClassifier } from './classifier-files.ts';
export type { CreateKaleidoOptions } from './create-kaleido.ts';
export { type Example, type FineTuneOptions, fineTune, type Tagger } from './fine-tune.ts';
export type { FieldAccuracy, FineTuneReport } from './fine-tune-report.ts';
export type { SkippedPhotograph } from './image-features.ts';
export { Kaleido, type Prediction, type PredictOptions } from './kaleido.ts';
export { fieldLabels, type Labelled, labelOf } from './labels.ts';
export type { NetworkWeights, OpenKaleidoOptions } from './open-kaleido.ts';
export type { ImageFile, Photograph, PhotographRecord, Photographs } from './photograph.ts';
export {
  makePreprocessor,
  type OpenedPreprocessor,
  type Preprocessor,
  type PreprocessorOptions,
  preprocessorText,
  readPreprocessor,
} from './preprocessor.ts';
export {
  extractorDescription,
  foregroundDescription,
  type RecipeExtractor,
  type RecipeFeatures,
  recipeExtractorSchema,
  recipeFeaturesSchema,
} from './recipe-features.ts';
export { decodingTokens, type WriteOptions, type WrittenCaption } from './write-captions.ts';
