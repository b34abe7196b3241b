import { sha256 } from '@kaleido/foundation';
import type { StoredVectors } from './quantise.ts';

/**
 * What a segment is called: its number in the index, and the beginning of a hash of its products and vectors. So a
 * segment of another index, or a damaged one, is never taken for it.
 */
export const segmentNames: RegExp = /^\d{6,}-[0-9a-f]{12}$/;

const hashDigits = 12;

/** @param products its `.jsonl` */
export async function segmentName(
  number: number,
  products: string | Uint8Array,
  vectors: StoredVectors,
): Promise<string> {
  return `${String(number).padStart(6, '0')}-${await contentHash(products, vectors)}`;
}

/** Whether a segment's content is what its name says. */
export async function fitsName(name: string, products: Uint8Array, vectors: StoredVectors): Promise<boolean> {
  return name.endsWith(`-${await contentHash(products, vectors)}`);
}

/** The number in a name. */
export function segmentNumber(name: string): number {
  return Number.parseInt(name, 10);
}

async function contentHash(products: string | Uint8Array, vectors: StoredVectors): Promise<string> {
  const parts = [products, vectors.values, ...('scales' in vectors ? [vectors.scales] : [])];
  const hashes: string[] = [];
  for (const part of parts) hashes.push(await sha256(part));
  return (await sha256(hashes.join('\n'))).slice(0, hashDigits);
}
