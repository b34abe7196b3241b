import {
  type CatalogueEntry,
  combineScoredLists,
  combineScores,
  type RetrievalDirection,
  rankInList,
  type SecondStageWeight,
  type TwoStages,
  twoStageRanks,
  weightOf,
} from '@kaleido/eval';
import type { ScoredLists } from './evaluate-split.ts';
import type { ScoredFullSet } from './full-set.ts';

/** A query whose right candidate is not the first, by ids. */
export interface WorstQuery {
  readonly direction: RetrievalDirection;
  readonly query: string;
  /** The right candidate; of several, the one that ranks best. */
  readonly positive: string;
  /** Of `positive`, from 1. */
  readonly rank: number;
  readonly candidates: number;
  /** Up to ten of the best candidates, the best first. */
  readonly ranked: readonly { readonly id: string; readonly score: number; readonly right: boolean }[];
}

const shown = 10;
const directions = ['image-to-text', 'text-to-image'] as const;

/**
 * The queries whose right answer ranks furthest down by the combined scorer, in both directions; a query of several lists
 * once.
 */
export function worstOfLists(
  { embeddings, matching }: ScoredLists,
  weight: number,
  perDirection: number,
): WorstQuery[] {
  const lists = combineScoredLists(embeddings, matching, weight).flatMap((file) => file.lists);
  return directions.flatMap((direction) => {
    const those = lists
      .filter(({ list }) => list.direction === direction)
      .map((scored) => ({ scored, rank: rankInList(scored), query: scored.list.query }));
    return worst(those, perDirection).map(({ scored: { list, scores }, rank }): WorstQuery => {
      const { query, positive, candidates } = list;
      const ranked = candidates.map((id, at) => ({ id, score: scores[at] as number, right: id === positive }));
      return {
        direction,
        query,
        positive,
        rank,
        candidates: candidates.length,
        ranked: sorted(ranked).slice(0, shown),
      };
    });
  });
}

/** The same of a full set, by both stages. */
export function worstOfFullSet(
  { directions: both, texts, imageQueries, textQueries }: ScoredFullSet,
  products: readonly CatalogueEntry[],
  weight: SecondStageWeight,
  perDirection: number,
): WorstQuery[] {
  const idOf = (row: number): string => (products[row] as CatalogueEntry).id;
  const textId = (place: number): string => idOf(texts[place] as number);
  return directions.flatMap((direction) => {
    const fromImage = direction === 'image-to-text';
    const stages = fromImage ? both.imageToText : both.textToImage;
    const [queries, queryId, candidateId] = fromImage
      ? ([imageQueries, idOf, textId] as const)
      : ([textQueries, textId, idOf] as const);
    const { first } = stages;
    const ownWeight = weightOf(weight, fromImage ? 'imageToText' : 'textToImage');
    const ranks = twoStageRanks(stages, ownWeight).map((rank, index) => ({ index, rank, query: String(index) }));
    return worst(ranks, perDirection).map(({ index, rank }): WorstQuery => {
      const right = first.rightOf(index);
      const reranked = sorted(
        rerankedOf(stages, index, ownWeight(index)).map(({ candidate, score }) => ({
          id: candidateId(candidate),
          score,
          right: right.includes(candidate),
        })),
      );
      return {
        direction,
        query: queryId(queries[index] as number),
        // Where the first stage kept no right one, the order is still its own.
        positive: reranked.find((one) => one.right)?.id ?? candidateId(first.bestRight[index] as number),
        rank,
        candidates: first.candidates,
        ranked: reranked.slice(0, shown),
      };
    });
  });
}

/** Ids of the photographs that these queries show. */
export function worstQueryIds(queries: readonly WorstQuery[]): Set<string> {
  return new Set(
    queries.flatMap(({ direction, query, positive, ranked }) =>
      direction === 'image-to-text' ? [query] : [positive, ...ranked.map(({ id }) => id)],
    ),
  );
}

function rerankedOf(
  { first, second }: TwoStages,
  query: number,
  weight: number,
): { candidate: number; score: number }[] {
  const [from, to] = [query * first.best, (query + 1) * first.best];
  const combined = combineScores(first.scores.subarray(from, to), second.subarray(from, to), weight);
  return Array.from(combined, (score, place) => ({ candidate: first.kept[from + place] as number, score }));
}

/** Those that rank furthest down, none that is first, each query once. */
function worst<Ranked extends { readonly rank: number; readonly query: string }>(
  ranked: readonly Ranked[],
  most: number,
): Ranked[] {
  const seen = new Set<string>();
  return [...ranked]
    .filter(({ rank }) => rank > 1)
    .sort((a, b) => b.rank - a.rank)
    .filter(({ query }) => !seen.has(query) && seen.add(query))
    .slice(0, most);
}

/** The best first; at equal scores wrong ones come first, as in the rank. */
function sorted(ranked: WorstQuery['ranked']): WorstQuery['ranked'] {
  return [...ranked].sort((a, b) => b.score - a.score || Number(a.right) - Number(b.right));
}
