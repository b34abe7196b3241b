import type { Product, SkippedProduct } from '@kaleido/data';
import { type OpenDataOptions, openData } from '@kaleido/data/node';
import { KaleidoError } from '@kaleido/foundation';
import { type Comparison, compareItems } from '../comparison.ts';

export interface ReadProducts {
  readonly products: readonly Product[];
  readonly skipped: readonly SkippedProduct[];
  readonly rows: number | undefined;
  /** The error that ended the reading. */
  readonly refusal?: string;
}

/** All products of a path, of all splits, in order of the rows; until an error. */
export async function readProducts(path: string, options: OpenDataOptions = {}): Promise<ReadProducts> {
  const products: Product[] = [];
  const skipped: SkippedProduct[] = [];
  let rows: number | undefined;
  try {
    const source = await openData(path, options);
    for (const split of source.splits) {
      const count = source.rows?.(split);
      rows = count === undefined ? rows : (rows ?? 0) + count;
      for await (const product of source.products(split, { onSkipped: (row) => skipped.push(row) }))
        products.push(product);
    }
  } catch (error) {
    if (!KaleidoError.isInstance(error)) throw error;
    return { products, skipped, rows, refusal: error.message };
  }
  return { products, skipped, rows };
}

/** Whether a path is refused with a message that has these words. */
export async function compareRefusal(name: string, path: string, words: readonly string[]): Promise<Comparison> {
  const { products, refusal = 'no error' } = await readProducts(path);
  const found = words.filter((word) => refusal.includes(word));
  return compareItems(`${name} refused`, [products.length, found], [0, words]);
}
