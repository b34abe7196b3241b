export type { TaskCatalogue } from './catalogue.ts';
export { drawPatches, imageBatch, wholePatches } from './image-batch.ts';
export {
  classLoss,
  contrastiveLoss,
  maskedTokenLoss,
  matchingChoiceLoss,
  matchingDistillationLoss,
  reconstructionLoss,
  releasedReconstructionLoss,
} from './losses.ts';
export { type NegativeRule, negativeRule } from './negative-rule.ts';
export { type HardNegatives, type NegativeSampler, negativeSampler } from './negatives.ts';
export {
  type ContrastiveOptions,
  contrastiveObjective,
  type Distillation,
  type MatchingOptions,
  type MatchingTerms,
  matchingObjective,
  type PairBatch,
  type PairBatchOptions,
  pairBatch,
  wholeContrastiveObjective,
} from './pair-objectives.ts';
export {
  batchOptions,
  type PretrainBatch,
  type PretrainBatchOptions,
  type PretrainSources,
  paperBatchOptions,
  pretrainBatch,
} from './pretrain-batch.ts';
export {
  type Compat,
  type PretrainLosses,
  type PretrainTask,
  pretrainLosses,
  pretrainTasks,
} from './pretrain-objective.ts';
export { camouflageLabels, jigsawLabels, jigsawPermutations, rotationLabels } from './puzzles.ts';
export {
  type ReleasedColumn,
  type ReleasedColumns,
  type ReleasedPairs,
  type ReleasedSizes,
  releasedBatch,
  releasedPairs,
} from './released-batch.ts';
export { textBatch } from './text-batch.ts';
export { type MaskedCaption, type MaskingOptions, type MaskingVocabulary, maskCaption } from './token-masking.ts';
