import type { ProductSource } from '@kaleido/data';
import { sliceOffsets, type Tokenizer } from '@kaleido/tokenizer';
import type { PreparedProduct } from './prepared-split.ts';
import { isAtelier } from './source-facts.ts';

/**
 * What each piece of a product's caption speaks of (`colour`, `type`, `pocket` ...), [T]; undefined for a piece that
 * speaks of nothing visible, and for special pieces. Undefined for a source that does not say it: only the atelier does.
 */
export function spokenAspects(
  source: ProductSource,
  tokenizer: Tokenizer,
  textLength: number,
): ((product: PreparedProduct) => readonly (string | undefined)[]) | undefined {
  if (!isAtelier(source)) return undefined;
  return ({ id, caption }) => {
    const { mentions } = source.truth(id);
    const { offsets } = tokenizer.encode(caption, { maximumLength: textLength });
    return sliceOffsets(caption, offsets).map(([begin, end]) =>
      end > begin ? mentions.find((mention) => begin >= mention.start && begin < mention.end)?.aspect : undefined,
    );
  };
}
