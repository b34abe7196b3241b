import { BestScores, type ScoredRow } from './best-scores.ts';
import { type LoadedIndex, productOf } from './load-index.ts';

/** A query as a vector. */
export interface VectorQuery {
  readonly vector: Float32Array;
  /** How many rows to find, at most. */
  readonly k: number;
  /** [rows] 1 for a row that may be found */
  readonly allowed: Uint8Array;
}

/** Rows that all queries read before the next ones are read: they stay in the processor's cache. */
const rowsPerBlock = 1024;

/**
 * The best rows of each query by dot product, from the best on: exact, every row is compared. Among equal scores the
 * lower id comes first, by code units.
 */
export function scan(index: LoadedIndex, queries: readonly VectorQuery[]): ScoredRow[][] {
  const idOf = (row: number): string => productOf(index, row).id;
  const best = queries.map(({ k }) => new BestScores(k, (row, other) => idOf(row) < idOf(other)));
  for (const [segment, { table }] of index.segments.entries()) {
    const start = index.starts[segment] as number;
    for (let begin = 0; begin < table.rows; begin += rowsPerBlock) {
      const end = Math.min(table.rows, begin + rowsPerBlock);
      for (const [query, { vector, allowed }] of queries.entries()) {
        const kept = best[query] as BestScores;
        const scores = table.scores(vector, begin, end);
        let { threshold } = kept;
        for (let i = 0; i < scores.length; i++) {
          // Also false for NaN, where products of very large numbers overflow: such a row has no place in the order.
          if (!((scores[i] as number) >= threshold) || allowed[start + begin + i] === 0) continue;
          kept.add(start + begin + i, scores[i] as number);
          threshold = kept.threshold;
        }
      }
    }
  }
  return best.map((kept) => kept.sorted());
}
