import { captionKey } from '@kaleido/eval';
import type { TaskCatalogue } from '@kaleido/pretrain-tasks';
import type { Tokenizer } from '@kaleido/tokenizer';
import type { PreparedProduct } from './prepared-split.ts';

/** The products as numbers in memory that threads share. */
export function sharedCatalogue(
  products: readonly PreparedProduct[],
  tokenizer: Tokenizer,
  textLength: number,
): TaskCatalogue {
  const N = products.length;
  const int32 = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * length));
  const ids = int32(N * textLength);
  const wordStarts = new Uint8Array(new SharedArrayBuffer(N * textLength));
  const lengths = int32(N);
  const [productNumber, captionNumber, groupNumber, imageNumber] = [numbering(), numbering(), numbering(), numbering()];
  const [productsOf, captionsOf, groupsOf, imagesOf] = [int32(N), int32(N), int32(N), int32(N)];
  for (const [row, { caption, productId, subcategory, category, imageHash }] of products.entries()) {
    const encoded = tokenizer.encode(caption, { maximumLength: textLength });
    ids.set(encoded.ids, row * textLength);
    wordStarts.set(encoded.wordStarts, row * textLength);
    lengths[row] = encoded.ids.length;
    productsOf[row] = productNumber(productId);
    captionsOf[row] = captionNumber(captionKey(caption));
    groupsOf[row] = groupNumber(subcategory || category || '');
    imagesOf[row] = imageNumber(imageHash);
  }
  return {
    rows: N,
    textLength,
    ids,
    wordStarts,
    lengths,
    products: productsOf,
    captions: captionsOf,
    groups: groupsOf,
    images: imagesOf,
  };
}

/** Numbers names in order of first occurrence. */
function numbering(): (name: string) => number {
  const numbers = new Map<string, number>();
  return (name) => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, numbers.size);
    return numbers.size - 1;
  };
}
