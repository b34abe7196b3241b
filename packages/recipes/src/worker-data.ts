import type { Backend, Precision } from '@kaleido/backend';
import type { FeatureAccess } from '@kaleido/kaleido-patches';
import type { ClassificationOptions, KaleidoBertConfig } from '@kaleido/model';
import type { HardNegatives, MaskingVocabulary, TaskCatalogue } from '@kaleido/pretrain-tasks';
import type { StageOptions } from '@kaleido/training';
import type { RecipeStage } from './recipe.ts';

/** The products that workers draw batches from; arrays are shared. */
export interface CatalogueData {
  readonly catalogue: TaskCatalogue;
  readonly features: FeatureAccess;
}

/** What every worker of a run that opens a model is opened with. */
export interface ModelData {
  readonly backend: Backend;
  readonly precision: Precision;
  /** Of one operation, for a backend that uses all cores by itself. */
  readonly threads: number;
  readonly config: KaleidoBertConfig;
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly seed: number;
}

/** A model, and the products that it reads. */
export interface WorkerData extends ModelData, CatalogueData {
  readonly vocabulary: MaskingVocabulary;
}

/** What a stage of pre-training reads. */
export interface PretrainData extends WorkerData {
  readonly stage: RecipeStage;
  /** The products of `data.more`. */
  readonly more?: CatalogueData;
  readonly hardNegatives?: HardNegatives;
}

/** What a fine-tuning reads. */
export interface FineTuneData extends WorkerData {
  readonly stage: StageOptions;
  readonly classification: ClassificationOptions;
  /** [N] by field; -1 where a product has no label. */
  readonly labels: ReadonlyMap<string, Int32Array>;
  readonly batchSize: number;
  /** Share of each level's patches that a step looks at. */
  readonly patchShare: number;
}

/** The part that a training thread needs: its batches come from the thread that owns it. */
export function modelData({ backend, precision, threads, config, weights, seed }: ModelData): ModelData {
  return { backend, precision, threads, config, weights, seed };
}
