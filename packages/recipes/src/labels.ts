import { fieldLabels } from '@kaleido/pipeline';
import type { PreparedProduct } from '@kaleido/splits';

/**
 * The classes of a recipe's label fields, and each product's class; -1 for none.
 * @throws KaleidoError for a field with fewer than two classes
 */
export function recipeLabels(
  products: readonly PreparedProduct[],
  fields: readonly string[],
): ReturnType<typeof fieldLabels> {
  return fieldLabels(
    products,
    fields,
    (name) => `take "${name}" out of fineTuning.fields, or leave fineTuning out of the recipe`,
  );
}
