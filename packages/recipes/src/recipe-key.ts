import { createHash } from 'node:crypto';
import { stableJson } from '@kaleido/foundation';
import type { Recipe } from '@kaleido/recipe-schema';
import { decisive } from '@kaleido/runs/node';

/** Identifies a recipe by all that determines its result. */
export function recipeKey(recipe: object): string {
  return createHash('sha256')
    .update(stableJson(JSON.parse(decisive(recipe))))
    .digest('hex')
    .slice(0, 16);
}

/** A recipe with chosen sizes that says from which one they were chosen, and which they are. */
export function withChoice(recipe: Recipe, choice: { readonly chosenFor: number; readonly from: string }): Recipe {
  const { sizes: _, ...rest } = recipe;
  return { ...recipe, sizes: { ...choice, chosen: recipeKey(rest) } };
}

/** The key of the recipe from which the sizes of a stored one were chosen; undefined if it was edited since. */
export function chosenFrom({ sizes, ...rest }: Recipe): string | undefined {
  return typeof sizes === 'object' && sizes.chosen === recipeKey(rest) ? sizes.from : undefined;
}
