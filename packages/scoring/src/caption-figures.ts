import { captionFacts, captionMetrics, type ScoredCaptions } from '@kaleido/eval';
import type { PreparedProduct, SourceFacts } from '@kaleido/splits';

/**
 * Captions against those of their products, one reference each. Scores are times 100, as papers print them. Both are cut
 * at signs first: pieces do not say whether a sign had blanks around it, so captions that a model writes have a hyphen for
 * every dash, which would bind words that are apart.
 * @param facts what the source of the products knows of them
 */
export function scoredCaptions(
  captions: readonly string[],
  products: readonly Pick<PreparedProduct, 'id' | 'caption'>[],
  facts?: SourceFacts,
): ScoredCaptions {
  const pairs = captions.map((candidate, at) => ({ candidate, product: products[at] as (typeof products)[number] }));
  const { bleu, rougeL, ciderD, meteor } = captionMetrics(
    pairs.map(({ candidate, product }) => ({ candidate: apart(candidate), references: [apart(product.caption)] })),
  );
  const [bleu1, bleu2, bleu3, bleu4] = bleu;
  return {
    bleu1: 100 * bleu1,
    bleu2: 100 * bleu2,
    bleu3: 100 * bleu3,
    bleu4: 100 * bleu4,
    rougeL: 100 * rougeL,
    ciderD: 100 * ciderD,
    meteor: 100 * meteor,
    ...(facts === undefined
      ? {}
      : {
          facts: captionFacts(
            pairs.map(({ candidate, product }) => ({
              said: facts.statedIn(apart(candidate)),
              truth: facts.trueOf(product),
            })),
          ),
        }),
  };
}

/** A text with blanks around its signs, as BERT's tokenizer cuts it. */
function apart(text: string): string {
  return text.replaceAll(/[^\p{L}\p{M}\p{N}\s]/gu, ' $& ');
}
