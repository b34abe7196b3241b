import type { Precision } from '@kaleido/backend';
import type { Weights } from '@kaleido/model';
import type { TaskCatalogue } from '@kaleido/pretrain-tasks';
import type { PreparedSplit } from './prepare-split.ts';
import type { RunContext } from './run-context.ts';
import type { RunRecipeOptions } from './run-options.ts';
import type { WorkerData } from './worker-data.ts';

export function precisionOf({ precision = 'float32' }: Pick<RunRecipeOptions, 'precision'>): Precision {
  return precision;
}

/** What workers over a split are opened with. */
export function sharedData(
  { options, config, tokenizer }: Pick<RunContext, 'options' | 'config' | 'tokenizer'>,
  catalogue: TaskCatalogue,
  { features }: Pick<PreparedSplit, 'features'>,
  weights: Weights,
): WorkerData {
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
