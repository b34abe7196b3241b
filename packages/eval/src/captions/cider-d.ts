import { forEachShared, longestNgram, type NgramCounts, type NgramItem, ngramTotal } from './ngrams.ts';

/** Deviation of the length penalty, in bigrams, as in pycocoevalcap. */
const sigma = 6;

interface Vector {
  /** N-grams with their weights and the weights' norm, by order. */
  readonly orders: readonly { readonly ngrams: NgramCounts; readonly weights: Float64Array; readonly norm: number }[];
  /** The number of bigrams, which pycocoevalcap takes for the length. */
  readonly length: number;
}

/**
 * CIDEr-D (Vedantam et al. 2015) of each item as pycocoevalcap 1.2 computes it, 0..10. Document frequencies are those of
 * the references at hand: an item alone scores 0. The corpus' score is the mean.
 */
export function ciderD(items: readonly NgramItem[]): number[] {
  const rarity = raritiesOf(items);
  const vectorOf = (counts: readonly NgramCounts[]): Vector => ({
    orders: counts.map((ngrams) => {
      const { ids, counts: times } = ngrams;
      const weights = new Float64Array(ids.length);
      let squares = 0;
      for (let at = 0; at < ids.length; at++) {
        const weight = (times[at] as number) * (rarity[ids[at] as number] as number);
        weights[at] = weight;
        squares += weight ** 2;
      }
      return { ngrams, weights, norm: Math.sqrt(squares) };
    }),
    length: ngramTotal(counts[1] as NgramCounts),
  });
  return items.map(({ candidate, references }) => {
    const own = vectorOf(candidate);
    const sum = references.reduce((total, reference) => total + similarity(own, vectorOf(reference)), 0);
    return (10 * sum) / references.length;
  });
}

/** Log of all items over those with the n-gram in a reference, by its id. */
function raritiesOf(items: readonly NgramItem[]): Float64Array {
  let size = 0;
  const all = ({ candidate, references }: NgramItem) => [candidate, ...references].flat();
  for (const item of items) for (const { ids } of all(item)) size = Math.max(size, (ids.at(-1) ?? -1) + 1);
  const frequency = new Float64Array(size);
  const lastItem = new Int32Array(size).fill(-1);
  for (const [item, { references }] of items.entries())
    for (const { ids } of references.flat())
      for (const id of ids) {
        if (lastItem[id] === item) continue;
        lastItem[id] = item;
        frequency[id] = (frequency[id] as number) + 1;
      }
  const logItems = Math.log(items.length);
  return frequency.map((count) => logItems - Math.log(Math.max(1, count)));
}

/** Mean over the orders of the clipped cosine, times the length penalty. */
function similarity(own: Vector, other: Vector): number {
  const penalty = Math.exp(-((own.length - other.length) ** 2) / (2 * sigma ** 2));
  let sum = 0;
  for (const [k, { ngrams, weights, norm }] of own.orders.entries()) {
    const theirs = other.orders[k] as Vector['orders'][number];
    let product = 0;
    forEachShared(ngrams, theirs.ngrams, (at, atTheirs) => {
      const reference = theirs.weights[atTheirs] as number;
      product += Math.min(weights[at] as number, reference) * reference;
    });
    const norms = norm * theirs.norm;
    sum += norms === 0 ? product : product / norms;
  }
  return (sum / longestNgram) * penalty;
}
