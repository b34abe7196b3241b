import { createHash } from 'node:crypto';
import type { Product } from './product.ts';
import type { RowSource } from './row-source.ts';

/**
 * Pictures of tables that are read for a fingerprint, of all splits together: these bytes, as of other files, and as many
 * files as are read in about a second.
 */
const [mostBytes, mostPictures] = [2 ** 30, 10_000];

/**
 * A source whose fingerprint also depends on the files of its pictures: its products are read once for it. Where the
 * fingerprint has all rows already, the first pictures of each split are read, and of the others the sizes of their files
 * count: 100,000 take a second.
 */
export async function withPictureFiles(source: RowSource): Promise<RowSource> {
  const hash = createHash('sha256').update(source.fingerprint);
  const shareOf = (most: number): number =>
    source.fingerprintHasRows ? most / source.splits.length : Number.POSITIVE_INFINITY;
  let isCut = false;
  for (const split of source.splits) {
    let [bytes, pictures] = [0, 0];
    for await (const product of source.read(split, {})) {
      hash.update(productHash(product));
      bytes += product.image.bytes.length;
      if (++pictures < shareOf(mostPictures) && bytes < shareOf(mostBytes)) continue;
      isCut = true;
      break;
    }
  }
  if (isCut && source.pictureSizes !== undefined)
    for await (const size of source.pictureSizes()) hash.update(`${size},`);
  return { ...source, fingerprint: hash.digest('hex') };
}

/** Of a product's picture, caption and labels. */
export function productHash({ image, ...rest }: Product): Uint8Array {
  return createHash('sha256').update(image.bytes).update(JSON.stringify(rest)).digest();
}
