import { didYouMean, KaleidoError } from '@kaleido/foundation';
import { recipeError, recipeValues } from '@kaleido/runs';
import { z } from 'zod';
import { migrateRecipe } from './migrate-recipe.ts';
import { type Recipe, recipeSchema } from './recipe.ts';
import { refuseUnusedKeys } from './refuse-unused-keys.ts';

/** The JSON Schema that editors use to complete recipes. */
export function recipeJsonSchema(): object {
  return z.toJSONSchema(recipeSchema, { io: 'input' });
}

/**
 * Reads a recipe.
 * @throws KaleidoError naming the key that is wrong, missing, unknown, repeated or without effect
 */
export function parseRecipe(text: string, name: string): Recipe {
  const recipe = parseStoredRecipe(text, name);
  refuseUnusedKeys(recipe, name);
  return recipe;
}

/**
 * Reads the recipe of an existing run. Keys without effect are accepted: the run was trained with them.
 * @throws KaleidoError naming the key that is wrong, missing or unknown
 */
export function parseStoredRecipe(text: string, name: string): Recipe {
  const values = recipeValues(
    text,
    { source: 'recipe-schema', name },
    'correct the file, or start from one of recipes/',
  );
  refuseUnknownKind(values, name);
  const migrated = migrateRecipe(values);
  const parsed = recipeSchema.safeParse(migrated);
  if (!parsed.success)
    throw recipeError(recipeSchema, migrated, parsed.error, {
      name,
      source: 'recipe-schema',
      like: 'recipes/recipe.schema.json',
    });
  return parsed.data;
}

/** Recipes of other kinds have their own parsers; they only get here if their kind is misspelt. */
function refuseUnknownKind(values: unknown, name: string): void {
  const kind = (values as { kind?: unknown } | null)?.kind;
  if (kind === undefined) return;
  if (kind === 'ablation')
    throw new KaleidoError({
      source: 'recipe-schema',
      problem: `${name} is an ablation, which has many recipes, and not a recipe`,
      advice: 'run it with pnpm train ablation --recipe FILE',
    });
  const known = ['foreground', 'released'];
  throw new KaleidoError({
    source: 'recipe-schema',
    problem: `the recipe ${name} is of an unknown kind`,
    found: kind,
    advice:
      `${typeof kind === 'string' ? `${didYouMean(kind, known)} ` : ''}known are ${known.join(' and ')}; one that pre-trains has no "kind"`.trim(),
  });
}
