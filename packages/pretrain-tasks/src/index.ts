export {
  drawGuided,
  fillPatches,
  type GuidedStep,
  type HiddenLevel,
  hiddenLevels,
  type PairSide,
} from './alignment-guided-masking.ts';
export type { TaskCatalogue } from './catalogue.ts';
export { fieldsTask, type LabelledBatch, labelsOfRows } from './fields-task.ts';
export { drawPatches, imageBatch } from './image-batch.ts';
export {
  classLoss,
  contrastiveLoss,
  fieldsLoss,
  maskedTokenLoss,
  matchingChoiceLoss,
  matchingDistillationLoss,
  oneClassLoss,
  reconstructionLoss,
  releasedReconstructionLoss,
  severalClassesLoss,
} from './losses.ts';
export { type MaskedCaptions, maskedBatch, maskRow, predictionsOf } from './masked-captions.ts';
export { type NegativeRule, negativeRule } from './negative-rule.ts';
export { type HardNegatives, type NegativeSampler, negativeSampler } from './negatives.ts';
export { type CaptioningOptions, captioning } from './objectives/captioning.ts';
export { type ContrastiveBatch, type ContrastiveOptions, contrastive } from './objectives/contrastive.ts';
export { type MatchingBatch, type MatchingOptions, matching } from './objectives/matching.ts';
export type { BatchPlace, LossTerm, Objective, ObjectiveSources, StagePlan } from './objectives/objective.ts';
export { objectives } from './objectives/objectives.ts';
export {
  checkObjectives,
  drawsGroups,
  examplesPerStep,
  idleSettings,
  objectiveNotes,
  type StageBatch,
  type StageObjectives,
  stageBatches,
  stageObjectivesSchema,
  stageTask,
} from './objectives/stage-objectives.ts';
export { type TasksOptions, tasks } from './objectives/tasks.ts';
export { type WordsBatch, type WordsOptions, words } from './objectives/words.ts';
export { excludedPairs, type PairBatch, type PairBatchOptions, type PairSources, pairBatch } from './pair-batch.ts';
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
  pretrainLossesOf,
  pretrainTasks,
} from './pretrain-losses.ts';
export {
  camouflageLabels,
  jigsawLabels,
  jigsawPermutations,
  type PuzzleTask,
  puzzleTasks,
  rotationLabels,
} from './puzzles.ts';
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
