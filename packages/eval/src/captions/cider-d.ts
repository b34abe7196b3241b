import { ngramCounts, type TokenisedItem } from './bleu.ts';

const orders = [1, 2, 3, 4] as const;

/** Deviation of the length penalty, in bigrams, as in pycocoevalcap. */
const sigma = 6;

interface Vector {
  /** Weight of each n-gram, by order. */
  readonly weights: readonly ReadonlyMap<string, number>[];
  readonly norms: readonly number[];
  /** The number of bigrams, which pycocoevalcap takes for the length. */
  readonly length: number;
}

/**
 * CIDEr-D (Vedantam et al. 2015) of each item as pycocoevalcap 1.2 computes it, 0..10. Document frequencies are those of
 * the references at hand: an item alone scores 0. The corpus' score is the mean.
 */
export function ciderD(items: readonly TokenisedItem[]): number[] {
  const counted = items.map(({ candidate, references }) => ({
    candidate: countsOf(candidate),
    references: references.map(countsOf),
  }));
  const frequency = new Map<string, number>();
  for (const { references } of counted)
    for (const ngram of new Set(references.flatMap((orders) => orders.flatMap((counts) => [...counts.keys()]))))
      frequency.set(ngram, (frequency.get(ngram) ?? 0) + 1);
  const logItems = Math.log(items.length);
  const vectorOf = (counts: readonly ReadonlyMap<string, number>[]): Vector => {
    const weights = counts.map(
      (ngrams) =>
        new Map(
          [...ngrams].map(([ngram, count]) => [
            ngram,
            count * (logItems - Math.log(Math.max(1, frequency.get(ngram) ?? 0))),
          ]),
        ),
    );
    return {
      weights,
      norms: weights.map((ngrams) => Math.sqrt([...ngrams.values()].reduce((sum, weight) => sum + weight ** 2, 0))),
      length: [...(counts[1] as ReadonlyMap<string, number>).values()].reduce((sum, count) => sum + count, 0),
    };
  };
  return counted.map(({ candidate, references }) => {
    const own = vectorOf(candidate);
    const sum = references.reduce((total, reference) => total + similarity(own, vectorOf(reference)), 0);
    return (10 * sum) / references.length;
  });
}

function countsOf(tokens: readonly string[]): Map<string, number>[] {
  return orders.map((order) => ngramCounts(tokens, order));
}

/** Mean over the orders of the clipped cosine, times the length penalty. */
function similarity(own: Vector, other: Vector): number {
  const penalty = Math.exp(-((own.length - other.length) ** 2) / (2 * sigma ** 2));
  let sum = 0;
  for (const [k, weights] of own.weights.entries()) {
    const others = other.weights[k] as ReadonlyMap<string, number>;
    let product = 0;
    for (const [ngram, weight] of weights) {
      const reference = others.get(ngram);
      if (reference !== undefined) product += Math.min(weight, reference) * reference;
    }
    const norms = (own.norms[k] as number) * (other.norms[k] as number);
    sum += norms === 0 ? product : product / norms;
  }
  return (sum / own.weights.length) * penalty;
}
