import { readFile } from 'node:fs/promises';
import { sha256, stableJson, webUrl } from '@kaleido/foundation';
import { localPath } from '@kaleido/foundation/node';
import type { ProductToIndex } from './embed-products.ts';

/**
 * A SHA-256 of all that an index keeps of a product and of its photograph. A photograph at a web address is not read for
 * it: another one at the same address gives the same hash.
 */
export async function productHash({ image, ...product }: ProductToIndex): Promise<string> {
  return sha256(`${stableJson(product)}\n${await hashOfImage(image)}`);
}

async function hashOfImage(image: ProductToIndex['image']): Promise<string> {
  if (image instanceof Uint8Array) return sha256(image);
  if (image instanceof Blob) return sha256(new Uint8Array(await image.arrayBuffer()));
  if (typeof image === 'object' && 'bytes' in image) return sha256(image.bytes);
  if (webUrl(image) !== undefined) return String(image);
  // Why a file cannot be read is said where it is embedded.
  const bytes = await readFile(localPath(image)).catch(() => undefined);
  return bytes === undefined ? String(image) : sha256(bytes);
}
