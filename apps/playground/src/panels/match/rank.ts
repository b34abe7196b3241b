import { combineScores } from '@kaleido/eval';
import { dot } from './dot.ts';

/** Something that is searched. */
export interface Candidate {
  readonly id: string;
  /** In the joint space, of length 1. */
  readonly vector: ArrayLike<number>;
}

/** A candidate in the order of a search. */
export interface Ranked<Item extends Candidate> {
  readonly item: Item;
  /** Dot product with what is searched for; absent while that is not known. */
  readonly similarity?: number;
  /** Place after the first stage, from 0. */
  readonly first: number;
  /** Probability of the matching head; only of those that were re-ranked. */
  readonly match?: number;
}

/** How many the matching head reads. */
export const reranked = 8;

/**
 * Stage one: all candidates by their dot product, the nearest first. Equal ones keep their order.
 * @param query undefined leaves them as they are
 */
export function rankAll<Item extends Candidate>(
  candidates: readonly Item[],
  query: ArrayLike<number> | undefined,
): readonly Ranked<Item>[] {
  if (query === undefined) return candidates.map((item, first) => ({ item, first }));
  return candidates
    .filter(({ vector }) => vector.length === query.length)
    .map((item) => ({ item, similarity: dot(item.vector, query) }))
    .sort((a, b) => b.similarity - a.similarity)
    .map((ranked, first) => ({ ...ranked, first }));
}

/**
 * Weight of the match beside the similarity, as the bundled run chose it on lists of its own (`matchingWeight` of its
 * evaluation.json). The matching head alone ranks worse than the embeddings: it may take a clutch for a dress of the
 * same colour.
 */
const matchingWeight = 0.2;

/**
 * Stage two: the first ones again, by both scores, as `rerank` of `@kaleido/search` and a run's combined scorer mix
 * them. The others stay behind them.
 * @param matches probability of each of the first ones, by their id
 */
export function rerank<Item extends Candidate>(
  ranked: readonly Ranked<Item>[],
  matches: ReadonlyMap<string, number>,
): readonly Ranked<Item>[] {
  const read = ranked.flatMap((one) => {
    const match = matches.get(one.item.id);
    return match === undefined ? [] : [{ ...one, match }];
  });
  const scores = combineScores(
    read.map(({ similarity = 0 }) => similarity),
    read.map(({ match }) => logit(match)),
    matchingWeight,
  );
  const order = read.map((one, at) => ({ one, score: scores[at] as number }));
  return [
    ...order.sort((a, b) => b.score - a.score || a.one.first - b.one.first).map(({ one }) => one),
    ...ranked.filter(({ item }) => !matches.has(item.id)),
  ];
}

/** Of a probability in float32, which may have become 0 or 1. */
function logit(probability: number): number {
  const inside = Math.min(1 - 1e-6, Math.max(1e-6, probability));
  return Math.log(inside / (1 - inside));
}
