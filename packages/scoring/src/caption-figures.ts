import { captionFacts, captionMetrics, type ScoredCaptions } from '@kaleido/eval';
import type { PreparedProduct, SourceFacts } from '@kaleido/splits';

/**
 * Captions against those of their products, one reference each. Scores are times 100, as papers print them.
 * @param facts what the source of the products knows of them
 */
export function scoredCaptions(
  captions: readonly string[],
  products: readonly Pick<PreparedProduct, 'id' | 'caption'>[],
  facts?: SourceFacts,
): ScoredCaptions {
  const pairs = captions.map((candidate, at) => ({ candidate, product: products[at] as (typeof products)[number] }));
  const { bleu, rougeL, ciderD, meteor } = captionMetrics(
    pairs.map(({ candidate, product }) => ({ candidate, references: [product.caption] })),
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
            pairs.map(({ candidate, product }) => ({ said: facts.statedIn(candidate), truth: facts.trueOf(product) })),
          ),
        }),
  };
}
