import type { Precision } from '@kaleido/backend';
import type { KaleidoBertConfig, Weights } from '@kaleido/model';
import type { TaskCatalogue } from '@kaleido/pretrain-tasks';
import type { PartTimes } from '@kaleido/runs';
import type { ModelData, SplitData } from '@kaleido/scoring';
import type { PreparedSplit } from '@kaleido/splits';
import type { Tokenizer } from '@kaleido/tokenizer';
import type { RunSplits } from './open-source.ts';
import type { RunFolder } from './run-folder.ts';
import type { RunRecipeOptions } from './run-options.ts';
import type { PreparedRunSplits } from './run-splits.ts';

/** What the steps of a run read after its products are prepared. */
export interface RunContext extends PreparedRunSplits {
  readonly options: RunRecipeOptions;
  readonly sources: RunSplits;
  readonly tokenizer: Tokenizer;
  readonly config: KaleidoBertConfig;
  readonly folder: RunFolder;
  readonly times: PartTimes;
  /** Notes on the products, for the report. */
  readonly notes: readonly string[];
}

/** Precision of matrix products. Default: float32, in which all backends agree. */
export function precisionOf({ precision = 'float32' }: Pick<RunRecipeOptions, 'precision'>): Precision {
  return precision;
}

/** What workers with a model are opened with. */
export function modelOf({ options, config }: Pick<RunContext, 'options' | 'config'>, weights: Weights): ModelData {
  const { backend, threads, recipe } = options;
  return { backend, precision: precisionOf(options), threads, config, weights, seed: recipe.seed };
}

/** What workers over a split are opened with. */
export function sharedData(
  context: Pick<RunContext, 'options' | 'config' | 'tokenizer'>,
  catalogue: TaskCatalogue,
  { features }: Pick<PreparedSplit, 'features'>,
  weights: Weights,
): SplitData {
  const { vocabularySize: size, specialTokenIds } = context.tokenizer;
  const firstOrdinary = Math.max(...Object.values(specialTokenIds)) + 1;
  const vocabulary = { size, mask: specialTokenIds.mask, firstOrdinary };
  return { ...modelOf(context, weights), catalogue, features, vocabulary };
}
