import type { PreparedProduct, PreparedSplit } from './prepared-split.ts';

export type SomeProducts = Pick<PreparedSplit, 'name' | 'products'>;

/** A note on pictures without a sub-category, if there are any. */
export function subcategoryNotes(split: SomeProducts): string[] {
  const without = split.products.filter(({ subcategory }) => !subcategory);
  if (without.length === 0) return [];
  const instead = 'negatives come from the category, or from all products where that is missing too';
  return [`${split.name}: ${countPictures(without, split)} no sub-category: ${instead}`];
}

/** A note on pictures that several products share, if there are any. */
export function pictureNotes({ name, products }: SomeProducts): string[] {
  const rows = new Map<string, PreparedProduct[]>();
  for (const product of products) {
    const known = rows.get(product.imageHash);
    if (known === undefined) rows.set(product.imageHash, [product]);
    else known.push(product);
  }
  const repeated = [...rows.values()].filter((same) => new Set(same.map(({ productId }) => productId)).size > 1);
  const first = repeated[0]?.map(({ id }) => id).slice(0, 2);
  if (first === undefined) return [];
  const [are, they] = repeated.length === 1 ? ['picture is', 'it is'] : ['pictures are', 'they are'];
  return [
    `${name}: ${repeated.length} ${are} there under several products (e.g. ${first.join(' and ')}): ${they} never a negative there`,
  ];
}

/** The start of a sentence on some pictures of a split: `1 of 150 pictures (17) has`. */
export function countPictures(some: readonly PreparedProduct[], { products }: SomeProducts): string {
  const first = some[0]?.id;
  return some.length === 1
    ? `1 of ${products.length} pictures (${first}) has`
    : `${some.length} of ${products.length} pictures (the first: ${first}) have`;
}
