import { selectBackend } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import { modelConfig } from '@kaleido/recipe-schema';
import { refuseUselessData } from './open-source.ts';
import type { PrepareRecipeOptions } from './prepare-recipe.ts';
import { givenTokenizer, recipeTokenizer } from './recipe-tokenizer.ts';
import type { RunRecipeOptions } from './run-options.ts';
import { openRunSources, prepareRunSplits } from './run-splits.ts';
import { alignStep } from './steps/align.ts';

export interface AlignRecipeOptions
  extends PrepareRecipeOptions,
    Pick<RunRecipeOptions, 'backend' | 'precision' | 'saveEverySeconds'> {}

/** What aligning gave. */
export interface AlignedProducts {
  readonly captions: number;
  readonly pairs: number;
  /** Captions without a pair. */
  readonly unaligned: number;
}

/**
 * Aligns the training products of a recipe and does nothing else; a run of the recipe then finds the pairs.
 * @throws KaleidoError for a recipe without `alignment`
 */
export async function alignRecipe(options: AlignRecipeOptions): Promise<AlignedProducts> {
  const { recipe, data, backend, precision = 'float32', threads, onMessage } = options;
  refuseUselessData(recipe, data, options.reading);
  const { alignment, name } = recipe;
  if (alignment === undefined)
    throw new KaleidoError({
      source: 'recipes',
      problem: `the recipe ${name} aligns nothing: it has no "alignment"`,
      advice: 'add "alignment": { "aligner": { "kind": "discriminants" } }, or use a recipe that has one',
    });
  const { description } = await selectBackend({ prefer: backend, precision, threads });
  onMessage?.(`backend: ${description}; ${threads} threads`);
  const given = await givenTokenizer(recipe, onMessage);
  const sources = await openRunSources(options);
  const { position_scale, text_seq_len } = modelConfig(recipe, 1000, 1);
  const { splits, more } = await prepareRunSplits(sources, position_scale, options);
  const captioned = [splits.train, ...(more === undefined ? [] : [more])];
  const tokenizer = await recipeTokenizer(recipe, given, captioned, options.cache);
  const { table } = await alignStep(options, alignment, {
    from: sources.train,
    split: splits.train,
    tokenizer,
    textLength: text_seq_len,
  });
  return { captions: table.rows, pairs: table.pairs, unaligned: table.unaligned };
}
