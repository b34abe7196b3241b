import type { ProductSource } from '@kaleido/data';
import type { AlignedProduct } from '@kaleido/eval';
import { sliceOffsets, type Tokenizer } from '@kaleido/tokenizer';
import { isAtelier } from './atelier-source.ts';
import type { PreparedProduct } from './prepared-split.ts';

/**
 * The words of a product's caption that mention a visible part other than the whole garment, and the part's boxes as
 * shares of the picture. Undefined for a source that does not know where parts are: only the atelier does.
 */
export function partMentions(
  source: ProductSource,
  tokenizer: Tokenizer,
  textLength: number,
): ((product: PreparedProduct) => AlignedProduct['mentions']) | undefined {
  if (!isAtelier(source)) return undefined;
  return ({ id, caption }) => {
    const { mentions, parts, size } = source.truth(id);
    const { offsets } = tokenizer.encode(caption, { maximumLength: textLength });
    const pieces = sliceOffsets(caption, offsets);
    return mentions.flatMap(({ part, start, end }) => {
      const boxes = parts
        .filter((one) => one.part === part && part !== 'body')
        .map(({ x, y, width, height }) => ({
          x0: x / size,
          y0: y / size,
          x1: (x + width) / size,
          y1: (y + height) / size,
        }));
      const tokens = pieces.flatMap(([from, to], token) => (to > from && from >= start && from < end ? [token] : []));
      return boxes.length === 0 || tokens.length === 0 ? [] : [{ tokens, boxes }];
    });
  };
}
