import { chooseTwoStageWeight, type OfQueries, type TwoStageDirections } from './two-stage-retrieval.ts';

/** Two weights of the second scorer, and which query has which. */
export interface CrossFittedWeight {
  /** For each query the weight that was chosen on the queries of the other half. */
  readonly weight: OfQueries<number>;
  /** Those of the first and the second half. */
  readonly weights: readonly [number, number];
}

/**
 * Weights where there are no queries to choose on but those that are measured: each half of them has the weight that works
 * best for the other half (cross-fitting), so no query's own answer takes part in the choice of its weight.
 * @param inFirstHalf a product's photographs and captions must be in the same half
 * @throws KaleidoError where a direction has no query in one of the halves
 */
export function crossFittedWeight(directions: TwoStageDirections, inFirstHalf: OfQueries<boolean>): CrossFittedWeight {
  const others: OfQueries<boolean> = {
    imageToText: (query) => !inFirstHalf.imageToText(query),
    textToImage: (query) => !inFirstHalf.textToImage(query),
  };
  const first = chooseTwoStageWeight(directions, others).weight;
  const second = chooseTwoStageWeight(directions, inFirstHalf).weight;
  return {
    weight: {
      imageToText: (query) => (inFirstHalf.imageToText(query) ? first : second),
      textToImage: (query) => (inFirstHalf.textToImage(query) ? first : second),
    },
    weights: [first, second],
  };
}
