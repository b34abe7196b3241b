import {
  type CatalogueEntry,
  combineScoredLists,
  combineScores,
  type RetrievalDirection,
  rankInList,
  type SecondStageWeight,
  type TwoStages,
  twoStageRanks,
} from '@kaleido/eval';
import type { ScoredLists } from './evaluate-split.ts';
import type { ScoredFullSet } from './full-set.ts';

/** A query whose right candidate is not the first, by ids. */
export interface WorstQuery {
  readonly direction: RetrievalDirection;
  readonly query: string;
  /** The right candidate; of several, the first. */
  readonly positive: string;
  /** Of the best right candidate, from 1. */
  readonly rank: number;
  readonly candidates: number;
  /** The ten best candidates, the best first. */
  readonly ranked: readonly { readonly id: string; readonly score: number; readonly right: boolean }[];
}

const shown = 10;
const directions = ['image-to-text', 'text-to-image'] as const;

/** The queries with the lowest ranks by the combined scorer, in both directions; a query of several lists once. */
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
      return { direction, query, positive, rank, candidates: candidates.length, ranked: bestOf(ranked) };
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
    const ownWeight = (query: number): number =>
      typeof weight === 'number' ? weight : weight[fromImage ? 'imageToText' : 'textToImage'](query);
    const ranks = twoStageRanks(stages, ownWeight).map((rank, index) => ({ index, rank, query: String(index) }));
    return worst(ranks, perDirection).map(({ index, rank }): WorstQuery => {
      const right = first.rightOf(index);
      return {
        direction,
        query: queryId(queries[index] as number),
        positive: candidateId(right[0] as number),
        rank,
        candidates: first.candidates,
        ranked: bestOf(
          rerankedOf(stages, index, ownWeight(index)).map(({ candidate, score }) => ({
            id: candidateId(candidate),
            score,
            right: right.includes(candidate),
          })),
        ),
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

/** Those with the lowest ranks below the first, each query once. */
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

/** At equal scores wrong ones come first, as in the rank. */
function bestOf(ranked: readonly WorstQuery['ranked'][number][]): WorstQuery['ranked'] {
  return [...ranked].sort((a, b) => b.score - a.score || Number(a.right) - Number(b.right)).slice(0, shown);
}
