export {
  type CaptioningFigure,
  type Classification,
  type ClassificationFigure,
  type ClassificationSettings,
  type ClassWeights,
  captioning,
  classification,
  defineTask,
  type FieldAccuracy,
  type Figures,
  type FineTuneProgress,
  type FineTuneReport,
  type FineTuneTask,
  type FineTuning,
  fieldLabels,
  type Labelled,
  labelOf,
  type Measurement,
  type MultiLabelFigure,
  type MultiLabelSettings,
  multiLabel,
  type OwnHead,
  type OwnTask,
  type OwnTaskSettings,
  type Prediction,
  type RetrievalFigure,
  type RetrievalSettings,
  readClassifier,
  retrieval,
  type SkippedPhotograph,
  type StoredClassifier,
  type TagFigures,
  type Tags,
  type Trained,
  type TrainingOptions,
  tagsOf,
  type ValidationReport,
} from '@kaleido/fine-tuning';
export type { Captions, CreateKaleidoOptions } from './create-kaleido.ts';
export { type Example, type Examples, type FineTuneOptions, fineTune, type Tagger } from './fine-tune.ts';
export { Kaleido, type PredictOptions } from './kaleido.ts';
export type { Look, LookOptions } from './look.ts';
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
export { decodingTokens, type WriteOptions, type WrittenCaption, writeCaptions } from './write-captions.ts';
