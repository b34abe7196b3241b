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
export interface WorkerData extends CatalogueData {
  readonly backend: Backend;
  readonly precision: Precision;
  /** Of one operation, for a backend that uses all cores by itself. */
  readonly threads: number;
  readonly config: KaleidoBertConfig;
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly vocabulary: MaskingVocabulary;
  readonly seed: number;
}

export interface PretrainWorkerData extends WorkerData {
  readonly stage: RecipeStage;
  /** The products of `data.more`. */
  readonly more?: CatalogueData;
  readonly hardNegatives?: HardNegatives;
}

export interface FineTuneWorkerData extends WorkerData {
  readonly stage: StageOptions;
  readonly classification: ClassificationOptions;
  /** [N] by field; -1 where a product has no label. */
  readonly labels: ReadonlyMap<string, Int32Array>;
  readonly batchSize: number;
  /** Share of each level's patches that a step looks at. */
  readonly patchShare: number;
}

/** What a worker that makes batches is opened with: no weights, no backend. */
export type BatchWorkerData<Data extends WorkerData> = Omit<Data, 'weights' | 'backend' | 'precision' | 'threads'>;

export function batchWorkerData<Data extends WorkerData>(data: Data): BatchWorkerData<Data> {
  const { weights: _weights, backend: _backend, precision: _precision, threads: _threads, ...rest } = data;
  return rest;
}
