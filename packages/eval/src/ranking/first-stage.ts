import { KaleidoError } from '@kaleido/foundation';
import { rankOfPositive } from './rank-of-positive.ts';

export interface FirstStageOptions {
  /** The number of queries, and of candidates. */
  readonly queries: number;
  readonly candidates: number;
  /** One score per candidate, higher is better. The array may be used again for the next query. */
  readonly scoresOf: (query: number) => ArrayLike<number>;
  /** The right candidates of a query, at least one. */
  readonly rightOf: (query: number) => readonly number[];
  /** How many of the best candidates of each query are kept for a second stage; fewer if there are fewer. */
  readonly best: number;
}

/** Every query ranked over all candidates. Memory: 12 bytes for each candidate that is kept. */
export interface FirstStage {
  readonly queries: number;
  readonly candidates: number;
  /** K, candidates kept of each query. */
  readonly best: number;
  /** [queries, K] candidates, the best first; equal scores: wrong ones first, then in the order of the candidates. */
  readonly kept: Int32Array;
  /** [queries, K] their scores. */
  readonly scores: Float64Array;
  /** [queries] rank of the best right candidate among all, from 1; after the wrong ones of equal score. */
  readonly ranks: Float64Array;
  /** [queries] the best right candidate among all; of several with equal scores, the first of `rightOf`. */
  readonly bestRight: Int32Array;
  readonly rightOf: (query: number) => readonly number[];
}

/**
 * The first of two stages: ranks all candidates for each query, and keeps the best.
 * @throws KaleidoError for a query without a right candidate, or a score that is NaN
 */
export function firstStage({ queries, candidates, scoresOf, rightOf, best }: FirstStageOptions): FirstStage {
  const K = Math.min(best, candidates);
  const kept = new Int32Array(queries * K);
  const scores = new Float64Array(queries * K);
  const ranks = new Float64Array(queries);
  const bestRight = new Int32Array(queries);
  const isRight = new Uint8Array(candidates);
  for (let query = 0; query < queries; query++) {
    const all = scoresOf(query);
    const right = rightOf(query);
    if (all.length !== candidates)
      throw new KaleidoError({
        source: 'eval',
        problem: `query ${query} needs ${candidates} scores`,
        found: all.length,
      });
    ranks[query] = rankOfPositive(all, right);
    bestRight[query] = right.reduce((best, one) => ((all[one] as number) > (all[best] as number) ? one : best));
    for (const candidate of right) isRight[candidate] = 1;
    const [from, to] = [query * K, (query + 1) * K];
    keepBest(all, isRight, kept.subarray(from, to), scores.subarray(from, to));
    for (const candidate of right) isRight[candidate] = 0;
  }
  return { queries, candidates, best: K, kept, scores, ranks, bestRight, rightOf };
}

/** Sorted insertion: after the first few hundred candidates, almost all are below the last one kept. */
function keepBest(all: ArrayLike<number>, isRight: Uint8Array, kept: Int32Array, scores: Float64Array): void {
  const K = kept.length;
  let filled = 0;
  for (let candidate = 0; candidate < all.length; candidate++) {
    const score = all[candidate] as number;
    // Whether it goes before what is kept at a place. Candidates come in order: an equal one goes after.
    const isBefore = (place: number): boolean =>
      score > (scores[place] as number) ||
      (score === scores[place] && isRight[candidate] === 0 && isRight[kept[place] as number] === 1);
    if (filled === K && (K === 0 || !isBefore(K - 1))) continue;
    let place = filled < K ? filled++ : K - 1;
    for (; place > 0 && isBefore(place - 1); place--) {
      kept[place] = kept[place - 1] as number;
      scores[place] = scores[place - 1] as number;
    }
    kept[place] = candidate;
    scores[place] = score;
  }
}
