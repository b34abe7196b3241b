import { selectRows } from '@kaleido/kaleido-patches';
import type { PreparedProduct, PreparedSplit } from './prepared-split.ts';

/** A split without some of its products. No feature is copied. */
export function withoutProducts(split: PreparedSplit, leaveOut: (product: PreparedProduct) => boolean): PreparedSplit {
  const rows = split.products.flatMap((product, row) => (leaveOut(product) ? [] : [row]));
  if (rows.length === split.products.length) return split;
  return {
    ...split,
    products: rows.map((row) => split.products[row] as PreparedProduct),
    features: selectRows(split.features, rows),
  };
}
