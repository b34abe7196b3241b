import type { AlignableProducts } from '../aligner.ts';

/** The pieces of a product's caption, without [CLS] and [SEP]. */
export function ownPieces({ ids, lengths, textLength: T }: AlignableProducts, row: number): Int32Array {
  return ids.subarray(row * T + 1, row * T + Math.max(1, lengths[row]! - 1));
}
