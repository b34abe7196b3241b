import { KaleidoError, parseJson, withoutByteOrderMark } from '@kaleido/foundation';
import type { z } from 'zod';

/** Whether a recipe's text says that it is of this kind; anything that is no JSON is left to whoever reads it. */
export function isRecipeOfKind(text: string, kind: string): boolean {
  try {
    return (JSON.parse(withoutByteOrderMark(text)) as { kind?: unknown } | null)?.kind === kind;
  } catch {
    return false;
  }
}

/**
 * A recipe of a kind of its own.
 * @param like recipes to compare with
 * @throws KaleidoError naming the key that is wrong, missing or unknown
 */
export function parseRecipeOfKind<Recipe>(
  schema: z.ZodType<Recipe, unknown>,
  text: string,
  name: string,
  like: string,
): Recipe {
  const parsed = schema.safeParse(parseJson(text, { source: 'pipeline', name: `the recipe ${name}` }));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new KaleidoError({
    source: 'pipeline',
    problem: `the recipe ${name} is wrong at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? ''}`,
    advice: `compare with ${like}`,
  });
}
