import { KaleidoError } from '@kaleido/foundation';
import { faultOfProduct, type IndexedProduct } from './product.ts';

/** A product as a line of a segment's `.jsonl`. */
export interface StoredProduct extends IndexedProduct {
  /** Of the product's content, photograph included: a product with the same hash need not be embedded again. */
  readonly hash: string;
  /** Where its small picture is in the segment's `.pictures`, in bytes. */
  readonly picture?: readonly [begin: number, end: number];
}

export function storedProductsText(products: readonly StoredProduct[]): string {
  return products.map((product) => `${JSON.stringify(product)}\n`).join('');
}

/** Bytes that a product takes in the file of products. */
export function storedBytes(product: StoredProduct): number {
  return new TextEncoder().encode(JSON.stringify(product)).length;
}

/** @param name of the file in errors */
export function readStoredProducts(text: string, name: string): StoredProduct[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line, index) => {
      const product = parsed(line);
      if (isStoredProduct(product)) return product;
      throw new KaleidoError({
        source: 'search',
        problem: `line ${index + 1} of ${name} is no product`,
        found: line.slice(0, 80),
        advice: 'copy the index again, or build it again',
      });
    });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isStoredProduct(value: unknown): value is StoredProduct {
  if (faultOfProduct(value) !== undefined) return false;
  const { hash, picture } = value as Partial<Record<keyof StoredProduct, unknown>>;
  if (typeof hash !== 'string') return false;
  if (picture === undefined) return true;
  const [begin, end] = Array.isArray(picture) ? (picture as unknown[]) : [];
  return Number.isSafeInteger(begin) && Number.isSafeInteger(end) && 0 <= Number(begin) && Number(begin) <= Number(end);
}
