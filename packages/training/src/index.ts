export { BatchQueue, defaultAhead } from './batch-queue.ts';
export { type BatchService, batchService, ownerBatchSource, workerBatchSource } from './batch-worker.ts';
export type { Collective, Part } from './collective/collective.ts';
export { singleCollective } from './collective/single-collective.ts';
export {
  abortThreadCollective,
  type ThreadCollectiveMemory,
  threadCollective,
  threadCollectiveMemory,
} from './collective/thread-collective.ts';
export { AdamW, defaultOptimizerOptions, type OptimizerOptions, type OptimizerState } from './optimizer.ts';
export type { StepsResult } from './replica.ts';
export { type JoinOptions, type ReplicaService, replicaService, type StageState } from './replica-service.ts';
export { learningRateAt, type Schedule } from './schedule.ts';
export { type RunStageOptions, runStage, type StageMetrics, type StageResult } from './stage.ts';
export type { StageOptions } from './stage-options.ts';
export { restoreStageState, type StoredState, stageStateTensors } from './stage-state-tensors.ts';
export type { BatchSource, Embeddings, Gathered, GatheredEmbeddings, TaskLoss, TrainingTask } from './training-task.ts';
