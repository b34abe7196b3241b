import { KaleidoError } from '@kaleido/foundation';
import { rankOfPositive, type TieRule } from './rank-of-positive.ts';
import { type RankSummary, retrievalRecalls, sumOfRecalls } from './retrieval-recalls.ts';

export interface FullSetScores {
  /** Row by row; one row per image, one column per text; higher is better. */
  readonly scores: ArrayLike<number>;
  /** The product of each image. */
  readonly imageProducts: readonly (string | number)[];
  /** The product of each text. */
  readonly textProducts: readonly (string | number)[];
  /** Default `worst`. */
  readonly tie?: TieRule;
}

export interface FullSetRetrieval {
  readonly imageToText: RankSummary;
  readonly textToImage: RankSummary;
  /** Rank of each image's text, and of each text's best image, in input order. */
  readonly ranks: { readonly imageToText: readonly number[]; readonly textToImage: readonly number[] };
  readonly sumR: number;
}

/**
 * Ranks all texts for every image and all images for every text. All texts (images) of the query's own product are
 * right; the best one counts.
 * @throws KaleidoError if the scores do not fill the matrix, one is NaN, or a query has no counterpart
 */
export function fullSetRetrieval({
  scores,
  imageProducts,
  textProducts,
  tie = 'worst',
}: FullSetScores): FullSetRetrieval {
  const [images, texts] = [imageProducts.length, textProducts.length];
  if (scores.length !== images * texts)
    throw new KaleidoError({
      source: 'eval',
      problem: `${images} images and ${texts} texts need ${images * texts} scores`,
      found: scores.length,
    });
  const imagesOf = positionsOf(imageProducts);
  const textsOf = positionsOf(textProducts);
  const rank = (
    product: string | number,
    positives: ReadonlyMap<string | number, readonly number[]>,
    row: Float64Array,
    kind: string,
  ): number => {
    const own = positives.get(product);
    if (own === undefined)
      throw new KaleidoError({
        source: 'eval',
        problem: `${kind} has no counterpart in the set, so that its rank is not defined`,
        found: product,
        advice: 'leave it out',
      });
    return rankOfPositive(row, own, tie);
  };
  const imageToText = imageProducts.map((product, image) => {
    const row = Float64Array.from({ length: texts }, (_, text) => scores[image * texts + text] as number);
    return rank(product, textsOf, row, 'an image');
  });
  const textToImage = textProducts.map((product, text) => {
    const column = Float64Array.from({ length: images }, (_, image) => scores[image * texts + text] as number);
    return rank(product, imagesOf, column, 'a text');
  });
  const summaries = { imageToText: retrievalRecalls(imageToText), textToImage: retrievalRecalls(textToImage) };
  return {
    ...summaries,
    ranks: { imageToText, textToImage },
    sumR: sumOfRecalls(summaries.imageToText.recalls, summaries.textToImage.recalls),
  };
}

function positionsOf(products: readonly (string | number)[]): Map<string | number, number[]> {
  const positions = new Map<string | number, number[]>();
  for (const [index, product] of products.entries()) {
    const known = positions.get(product);
    if (known === undefined) positions.set(product, [index]);
    else known.push(index);
  }
  return positions;
}
