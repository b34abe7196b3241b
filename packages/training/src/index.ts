export {
  type ClassificationBatch,
  type ClassificationField,
  type ClassificationOptions,
  Classifier,
  type ClassifierInputs,
} from './classification.ts';
export { dropoutSeeds } from './dropout-seeds.ts';
export { type EpochOrder, epochOrder } from './epoch-order.ts';
export { AdamW, defaultOptimizerOptions, type OptimizerOptions, type OptimizerState } from './optimizer.ts';
export { type GradientExchange, Replica, type ReplicaOptions, type StepsResult } from './replica.ts';
export { type JoinOptions, type ReplicaService, replicaService, type StageState } from './replica-service.ts';
export { learningRateAt, type Schedule } from './schedule.ts';
export { type RunStageOptions, runStage, type StageMetrics, type StageResult } from './stage.ts';
export type { StageOptions } from './stage-options.ts';
export type { ShardLoss, TrainingProgram } from './training-program.ts';
