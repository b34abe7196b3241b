import type { Backend, Precision } from '@kaleido/backend';
import type { FeatureAccess } from '@kaleido/kaleido-patches';
import type { KaleidoBertConfig } from '@kaleido/model';
import type { MaskingVocabulary, TaskCatalogue } from '@kaleido/pretrain-tasks';

/** The products of a split as caption ids and features; arrays are shared between threads. */
export interface CatalogueData {
  readonly catalogue: TaskCatalogue;
  readonly features: FeatureAccess;
}

/** Data for every worker of a run that opens a model. */
export interface ModelData {
  readonly backend: Backend;
  readonly precision: Precision;
  /** Threads of one operation, for a backend that would otherwise use all cores. */
  readonly threads: number;
  readonly config: KaleidoBertConfig;
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly seed: number;
}

/** A model, and the products that it reads. */
export interface SplitData extends ModelData, CatalogueData {
  readonly vocabulary: MaskingVocabulary;
}

/** The part that a training thread needs: its batches come from its owner thread. */
export function modelData({ backend, precision, threads, config, weights, seed }: ModelData): ModelData {
  return { backend, precision, threads, config, weights, seed };
}
