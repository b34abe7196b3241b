import type { ProductToIndex } from './embed-products.ts';
import { sha256, stableJson } from './model-identity.ts';

/** A SHA-256 of all that an index keeps of a product and of its photograph. Of a path or URL it is only the name. */
export async function productHash({ image, ...product }: ProductToIndex): Promise<string> {
  return sha256(`${stableJson(product)}\n${await hashOfImage(image)}`);
}

async function hashOfImage(image: ProductToIndex['image']): Promise<string> {
  if (image instanceof Uint8Array) return sha256(image);
  if (image instanceof Blob) return sha256(new Uint8Array(await image.arrayBuffer()));
  if (typeof image === 'object' && 'bytes' in image) return sha256(image.bytes);
  return String(image);
}
