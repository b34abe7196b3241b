import { KaleidoError, parseJson, repeatedKey, withoutByteOrderMark } from '@kaleido/foundation';

/**
 * The values in the text of a recipe.
 * @param advice for a text that is not JSON
 * @throws KaleidoError for a text that is not JSON, and for a key that an object has twice
 */
export function recipeValues(
  text: string,
  { name, source }: { readonly name: string; readonly source: string },
  advice?: string,
): unknown {
  const values = parseJson(text, { source, name: `the recipe ${name}` }, advice);
  const twice = repeatedKey(withoutByteOrderMark(text));
  if (twice === undefined) return values;
  throw new KaleidoError({
    source,
    problem: `the recipe ${name} has a key twice, and only the last one would have an effect`,
    found: twice,
    advice: 'remove one of them',
  });
}
