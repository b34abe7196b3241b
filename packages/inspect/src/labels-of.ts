import type { Product } from '@kaleido/data';

/** All labels of a product by field. An attribute may be the column of the category, under its own name. */
export function labelsOf({ category, subcategory, attributes = {} }: Product): ReadonlyMap<string, string> {
  return new Map([
    ...(category === undefined ? [] : [['category', category] as const]),
    ...(subcategory === undefined ? [] : [['subcategory', subcategory] as const]),
    ...Object.entries(attributes),
  ]);
}
