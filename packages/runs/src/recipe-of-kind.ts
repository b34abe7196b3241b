import { withoutByteOrderMark } from '@kaleido/foundation';
import type { z } from 'zod';
import { type RecipeOrigin, recipeError } from './recipe-error.ts';
import { recipeValues } from './recipe-values.ts';

/** Whether a recipe's text says that it is of this kind; text that is not JSON is left to the parser. */
export function isRecipeOfKind(text: string, kind: string): boolean {
  try {
    return (JSON.parse(withoutByteOrderMark(text)) as { kind?: unknown } | null)?.kind === kind;
  } catch {
    return false;
  }
}

/**
 * Parses a recipe of a kind other than pre-training.
 * @throws KaleidoError naming the key that is wrong, missing, unknown or repeated
 */
export function parseRecipeOfKind<Recipe>(
  schema: z.ZodType<Recipe, unknown>,
  text: string,
  origin: RecipeOrigin,
): Recipe {
  const values = recipeValues(text, origin);
  const parsed = schema.safeParse(values);
  if (!parsed.success) throw recipeError(schema, values, parsed.error, origin);
  return parsed.data;
}
