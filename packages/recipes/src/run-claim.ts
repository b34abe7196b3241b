import { formatDataReading } from '@kaleido/data/node';
import { publicAddress } from '@kaleido/foundation';
import type { Recipe } from '@kaleido/recipe-schema';
import { parseStoredRecipe } from '@kaleido/recipe-schema';
import { type ClaimOptions, finishedRunIn, type RunRecord } from '@kaleido/runs/node';
import { chosenFrom, recipeKey } from './recipe-key.ts';
import { precisionOf } from './run-context.ts';
import type { RunRecipeOptions } from './run-options.ts';

/** What tells a run of a recipe from others. */
export type RunIdentity = Pick<RunRecipeOptions, 'recipe' | 'out' | 'data' | 'reading' | 'backend' | 'precision'>;

/** How a folder is recognised as that of a run. */
export function runClaim(run: RunIdentity): Omit<ClaimOptions, 'overwrite' | 'onMessage'> {
  const { recipe, out, data, reading = {}, backend } = run;
  const record: RunRecord = {
    data: data && publicAddress(data),
    ...formatDataReading(reading),
    backend,
    precision: precisionOf(run),
  };
  return { out, kind: 'pretraining', ...comparable(recipe, out), record };
}

/** What a stored recipe is compared with: the recipe, or where sizes are still to be chosen, the one that was chosen from. */
function comparable(recipe: Recipe, out: string): Pick<ClaimOptions, 'recipe' | 'parse'> {
  if (recipe.sizes !== 'by-data') return { recipe, parse: (text) => parseStoredRecipe(text, out) };
  const { name } = recipe;
  return {
    recipe: { name, from: recipeKey(recipe) } as ClaimOptions['recipe'],
    parse(text) {
      return { name, from: chosenFrom(parseStoredRecipe(text, out)) } as ClaimOptions['recipe'];
    },
  };
}

/**
 * Whether `out` holds the finished run of a recipe with these products. Reads only.
 * @throws KaleidoError if the folder holds another run, or one with other options
 */
export async function isRecipeFinished(run: RunIdentity): Promise<boolean> {
  return (await finishedRunIn(runClaim(run))) !== undefined;
}
