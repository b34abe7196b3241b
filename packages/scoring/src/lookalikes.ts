import { type CatalogueEntry, captionKey } from '@kaleido/eval';

/** Rows that share their caption, or their picture, with a row of another product. */
export interface Lookalikes {
  readonly captions: number;
  readonly pictures: number;
}

/** Counts what no scorer can tell apart. Equal scores rank last, so such a right answer is never first. */
export function lookalikes(products: readonly CatalogueEntry[]): Lookalikes {
  return {
    captions: shared(products, ({ caption }) => captionKey(caption)),
    pictures: shared(products, ({ imageHash }) => imageHash || undefined),
  };
}

function shared(products: readonly CatalogueEntry[], keyOf: (entry: CatalogueEntry) => string | undefined): number {
  const owners = new Map<string, Set<string>>();
  for (const entry of products) {
    const key = keyOf(entry);
    if (key === undefined) continue;
    const known = owners.get(key) ?? new Set();
    owners.set(key, known.add(entry.productId));
  }
  return products.filter((entry) => (owners.get(keyOf(entry) ?? '')?.size ?? 0) > 1).length;
}
