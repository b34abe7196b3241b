import { KaleidoError } from '@kaleido/foundation';
import type { ClassificationField } from '@kaleido/training';
import type { PreparedProduct } from './prepare-split.ts';

/** A product's label of a field: `category`, `subcategory`, or an attribute. */
export function labelOf({ category, subcategory, attributes }: PreparedProduct, field: string): string | undefined {
  if (field === 'category') return category;
  if (field === 'subcategory') return subcategory;
  return attributes?.[field];
}

/** The classes of each field, in alphabetical order, and each product's class; -1 for none. */
export function fieldLabels(
  products: readonly PreparedProduct[],
  fields: readonly string[],
): { readonly fields: ClassificationField[]; readonly rows: Map<string, Int32Array> } {
  const rows = new Map<string, Int32Array>();
  const described = fields.map((name) => {
    const labels = products.map((product) => labelOf(product, name));
    const classes = [...new Set(labels.filter((label) => label !== undefined))].sort() as string[];
    if (classes.length < 2)
      throw new KaleidoError({
        source: 'pipeline',
        problem: `the products cannot be told apart by "${name}": it needs two different labels at least`,
        found: classes,
        advice: `take "${name}" out of fineTuning.fields, or leave fineTuning out of the recipe`,
      });
    const numbers = new Map(classes.map((label, index) => [label, index]));
    const own = new Int32Array(new SharedArrayBuffer(4 * products.length));
    for (const [row, label] of labels.entries()) own[row] = label === undefined ? -1 : (numbers.get(label) as number);
    rows.set(name, own);
    return { name, classes };
  });
  return { fields: described, rows };
}
