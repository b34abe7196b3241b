import type { Backend, Precision } from '@kaleido/backend';
import type { SharedFeatureMemory } from '@kaleido/kaleido-patches';
import type { KaleidoBertConfig } from '@kaleido/model';
import type { HardNegatives, MaskingVocabulary, TaskCatalogue } from '@kaleido/pretrain-tasks';
import type { RecipeStage } from './recipe.ts';

/** What every worker of a run is opened with; arrays are shared. */
export interface WorkerData {
  readonly backend: Backend;
  readonly precision: Precision;
  /** Of one operation, for a backend that uses all cores by itself. */
  readonly threads: number;
  readonly config: KaleidoBertConfig;
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly catalogue: TaskCatalogue;
  readonly features: SharedFeatureMemory;
  readonly vocabulary: MaskingVocabulary;
  readonly seed: number;
}

export interface PretrainWorkerData extends WorkerData {
  readonly stage: RecipeStage;
  /** The products of `data.more`. */
  readonly more?: Pick<WorkerData, 'catalogue' | 'features'>;
  readonly hardNegatives?: HardNegatives;
}
