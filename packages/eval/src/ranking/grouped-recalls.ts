import { KaleidoError } from '@kaleido/foundation';
import type { Recalls } from './retrieval-recalls.ts';

/** One pair of a query and a candidate, in the order of its file. */
export interface ScoredPair {
  readonly query: string;
  readonly score: number;
  /** Whether the candidate is the query's own. */
  readonly matches: boolean;
}

export interface GroupedRecalls {
  readonly recalls: Recalls;
  readonly queries: number;
  /** Queries without a candidate of their own: they count as missed, as in the released evaluator. */
  readonly withoutMatch: number;
}

/**
 * Recalls as in the released evaluator: pairs are grouped by query and each group is sorted by score. Pairs with equal
 * scores stay in the order of the file. A query is found at K if one of its own candidates is among the first K.
 * @throws KaleidoError if there are no pairs, or a score is NaN
 */
export function groupedRecalls(pairs: Iterable<ScoredPair>): GroupedRecalls {
  const groups = new Map<string, ScoredPair[]>();
  for (const pair of pairs) {
    if (Number.isNaN(pair.score))
      throw new KaleidoError({
        source: 'eval',
        problem: 'a pair has a score that is NaN',
        found: pair.query,
        advice: 'check the model and its weights',
      });
    const group = groups.get(pair.query);
    if (group === undefined) groups.set(pair.query, [pair]);
    else group.push(pair);
  }
  if (groups.size === 0) throw new KaleidoError({ source: 'eval', problem: 'there are no pairs to rank' });
  let withoutMatch = 0;
  const ranks = [...groups.values()].map((group) => {
    const place = [...group].sort((a, b) => b.score - a.score).findIndex(({ matches }) => matches);
    if (place < 0) withoutMatch++;
    return place < 0 ? Number.POSITIVE_INFINITY : place;
  });
  const within = (k: number): number => (100 * ranks.filter((rank) => rank < k).length) / ranks.length;
  return { recalls: { 1: within(1), 5: within(5), 10: within(10) }, queries: groups.size, withoutMatch };
}
