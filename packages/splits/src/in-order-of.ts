import { selectRows } from '@kaleido/kaleido-patches';
import type { PreparedSplit } from './prepared-split.ts';

/** The products of `split`, in its order, with the features of `other`, which holds the same photographs and perhaps more. */
export function inOrderOf(split: PreparedSplit, other: PreparedSplit): PreparedSplit {
  const rowOf = new Map(other.products.map(({ id }, row) => [id, row]));
  const rows = split.products.map(({ id }) => rowOf.get(id) as number);
  return { ...other, products: split.products, features: selectRows(other.features, rows) };
}
