export { captionBatch, captionFor } from './caption-batch.ts';
export { type CaptioningFigure, captioning } from './captioning.ts';
export type { CheckpointStore } from './checkpoint.ts';
export type { ClassWeights } from './class-weights.ts';
export {
  type Classification,
  type ClassificationFigure,
  type ClassificationSettings,
  classification,
  type FieldAccuracy,
} from './classification.ts';
export { classifierFiles, readClassifier, type StoredClassifier } from './classifier-files.ts';
export { type ClassifierHead, classifierHead, type Prediction, type Tags } from './classifier-head.ts';
export { headFileNames } from './head-files.ts';
export type { FeatureMaker, Item, SkippedPhotograph } from './items.ts';
export { fieldLabels, type Labelled, labelOf, tagsOf } from './labels.ts';
export { type MultiLabelFigure, type MultiLabelSettings, multiLabel, type TagFigures } from './multi-label.ts';
export type { TrainingOptions } from './options.ts';
export { openOwnHead, readOwnHead, type StoredOwnHead } from './own-head.ts';
export { defineTask, type OpensHead, type OwnHead, type OwnTask, type OwnTaskSettings } from './own-task.ts';
export { type FineTuneProgress, type FineTuning, type Measurement, withProgress } from './progress.ts';
export type { FineTuneReport, ValidationReport } from './report.ts';
export { type RetrievalFigure, type RetrievalSettings, retrieval } from './retrieval.ts';
export type { Figures, FineTuneTask } from './task.ts';
export type { HeadFile, TaskHead } from './task-head.ts';
export type { Trained } from './trained.ts';
export { type Tuned, type TuneSources, tune } from './tune.ts';
