import { createHash } from 'node:crypto';
import type { Product } from './product.ts';
import type { RowSource } from './row-source.ts';

/** A source whose fingerprint also depends on the files of its pictures: its products are read once for it. */
export async function withPictureFiles(source: RowSource): Promise<RowSource> {
  const hash = createHash('sha256').update(source.fingerprint);
  for (const split of source.splits)
    for await (const product of source.read(split, {})) hash.update(productHash(product));
  return { ...source, fingerprint: hash.digest('hex') };
}

/** Of a product's picture, caption and labels. */
export function productHash({ image, ...rest }: Product): Uint8Array {
  return createHash('sha256').update(image.bytes).update(JSON.stringify(rest)).digest();
}
