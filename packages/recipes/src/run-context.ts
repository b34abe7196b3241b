import type { Precision } from '@kaleido/backend';
import type { KaleidoBertConfig, Weights } from '@kaleido/model';
import type { TaskCatalogue } from '@kaleido/pretrain-tasks';
import type { PartTimes } from '@kaleido/runs';
import type { SplitData } from '@kaleido/scoring';
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

/** What workers over a split are opened with. */
export function sharedData(
  { options, config, tokenizer }: Pick<RunContext, 'options' | 'config' | 'tokenizer'>,
  catalogue: TaskCatalogue,
  { features }: Pick<PreparedSplit, 'features'>,
  weights: Weights,
): SplitData {
  const { mask, ...special } = tokenizer.specialTokenIds;
  return {
    backend: options.backend,
    precision: precisionOf(options),
    threads: options.threads,
    config,
    weights,
    catalogue,
    features,
    vocabulary: {
      size: tokenizer.vocabularySize,
      mask,
      firstOrdinary: Math.max(mask, ...Object.values(special)) + 1,
    },
    seed: options.recipe.seed,
  };
}
