import { type CatalogueEntry, captionKey } from './candidate-list.ts';

/** What a candidate shares with the query, so that it is a right answer too. */
export type Likeness = 'product' | 'caption' | 'picture';

/**
 * Finds the entries that are never a negative of a query:
 * - other views of its product,
 * - those with the query's caption,
 * - those with a picture of its product, and the views of a product that has the query's picture.
 *
 * The comparison is direct: two products that each share a picture with a third are still negatives of each other.
 * @returns the ids that a query excludes, each with the first reason in the order above
 */
export function falseNegatives(
  catalogue: Iterable<CatalogueEntry>,
): (query: CatalogueEntry) => ReadonlyMap<string, Likeness> {
  const byProduct = new Map<string, CatalogueEntry[]>();
  const byCaption = new Map<string, CatalogueEntry[]>();
  const byPicture = new Map<string, CatalogueEntry[]>();
  for (const entry of catalogue) {
    add(byProduct, entry.productId, entry);
    add(byCaption, captionKey(entry.caption), entry);
    if (entry.imageHash) add(byPicture, entry.imageHash, entry);
  }
  return (query) => {
    const excluded = new Map<string, Likeness>();
    const exclude = (entries: readonly CatalogueEntry[] | undefined, likeness: Likeness): void => {
      for (const { id } of entries ?? []) if (!excluded.has(id)) excluded.set(id, likeness);
    };
    const views = byProduct.get(query.productId) ?? [query];
    exclude(views, 'product');
    exclude(byCaption.get(captionKey(query.caption)), 'caption');
    for (const { imageHash } of views) if (imageHash) exclude(byPicture.get(imageHash), 'picture');
    const showing = (query.imageHash && byPicture.get(query.imageHash)) || [];
    for (const productId of new Set(showing.map((entry) => entry.productId)))
      exclude(byProduct.get(productId), 'picture');
    return excluded;
  };
}

function add(index: Map<string, CatalogueEntry[]>, key: string, entry: CatalogueEntry): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, [entry]);
  else known.push(entry);
}
