export type { AlignableProducts, Aligner, AlignOptions } from './aligner.ts';
export {
  type AlignerSettings,
  alignerSchema,
  type FitAlignerOptions,
  fitAligner,
  openAligner,
} from './aligner-settings.ts';
export {
  type AlignmentProvenance,
  type AlignmentTable,
  alignmentTable,
  decodeAlignments,
  encodeAlignments,
} from './alignment-table.ts';
export { type ContentWord, captionPhrases } from './caption-phrases.ts';
export { type CaptionerAlignerOptions, captionerAligner } from './captioner/captioner-aligner.ts';
export { decodeCaptioner, encodeCaptioner } from './captioner/captioner-file.ts';
export { type CaptionerSettings, captionerSettingsSchema } from './captioner/captioner-settings.ts';
export { type FitCaptionerOptions, fitCaptioner } from './captioner/fit-captioner.ts';
export type { FittedCaptioner } from './captioner/fitted-captioner.ts';
export { type CaptionerTraining, type TrainCaptioner, trainCaptioner } from './captioner/train-captioner.ts';
export { type DiscriminantAlignerOptions, discriminantAligner } from './discriminants/discriminant-aligner.ts';
export type { Discriminants } from './discriminants/discriminants.ts';
export { decodeDiscriminants, encodeDiscriminants } from './discriminants/discriminants-file.ts';
export { type FitDiscriminantsOptions, fitDiscriminants } from './discriminants/fit-discriminants.ts';
export { attendedMaps } from './show-attend-tell/attended-maps.ts';
export { type CaptionBatch, captionBatch } from './show-attend-tell/caption-batch.ts';
export {
  type CaptionerWeights,
  restoreCaptionerWeights,
  storeCaptionerWeights,
} from './show-attend-tell/captioner-weights.ts';
export {
  type CaptionBatchOptions,
  type CaptionToLearn,
  captionBatches,
  captioningTask,
  type GridReader,
} from './show-attend-tell/captioning-task.ts';
export type { GridStatistics } from './show-attend-tell/initial-captioner-weights.ts';
export { ShowAttendTell } from './show-attend-tell/show-attend-tell.ts';
export {
  type ShowAttendTellConfig,
  showAttendTellConfig,
  showAttendTellConfigSchema,
} from './show-attend-tell/show-attend-tell-config.ts';
export {
  type CaptionSearch,
  type WriteCaptionsOptions,
  type WrittenCaption,
  writeCaptions,
} from './show-attend-tell/write-captions.ts';
