import {
  type CandidateListFile,
  type CatalogueEntry,
  candidateLists,
  checkCandidateLists,
  chooseWeight,
  combineScoredLists,
  type Evaluation,
  longestCandidateLists,
  type PuzzleFigures,
  type RetrievalDirection,
  type RetrievalResult,
  readCandidateLists,
  type ScoreCandidates,
  type ScoredListFile,
  scoreCandidateLists,
  summarizeRetrieval,
  writeCandidateLists,
} from '@kaleido/eval';
import { KaleidoError } from '@kaleido/foundation';
import type { SplitScorer } from './score-split.ts';
import type { PuzzleAnswers } from './scoring-worker.ts';

/**
 * Candidate lists drawn from a split, one file per seed. All have the same length: `candidates`, or the most that every
 * query allows.
 * @throws KaleidoError where a query has no negative
 */
export async function drawLists(
  products: readonly CatalogueEntry[],
  seeds: readonly number[],
  { queries, candidates }: { readonly queries: number; readonly candidates: number },
): Promise<CandidateListFile[]> {
  const longest = Math.min(...seeds.map((seed) => longestCandidateLists(products, { seed, queries })));
  if (longest < 2)
    throw new KaleidoError({
      source: 'scoring',
      problem: 'no candidate lists can be drawn: a product has no other with another picture and another caption',
      found: `${products.length} ${products.length === 1 ? 'picture' : 'pictures'}`,
      advice: 'give more products in the split to measure on',
    });
  return Promise.all(
    seeds.map((seed) => {
      const lists = candidateLists(products, { seed, queries, candidates: Math.min(candidates, longest) });
      return readCandidateLists(writeCandidateLists(lists), `drawn with seed ${seed}`);
    }),
  );
}

/** Lists with the scores of both scorers. */
export interface ScoredLists {
  readonly embeddings: readonly ScoredListFile[];
  readonly matching: readonly ScoredListFile[];
}

/** Scores lists by embeddings and by the match head. @throws KaleidoError for a list of another data set */
export async function scoreLists(
  files: readonly CandidateListFile[],
  products: readonly CatalogueEntry[],
  scorer: SplitScorer,
  onProgress?: (done: number, total: number) => void,
): Promise<ScoredLists> {
  for (const file of files) checkCandidateLists(file, products);
  const rows = new Map(products.map(({ id }, row) => [id, row]));
  const rowOf = (id: string): number => rows.get(id) as number;
  function* pairs(): Generator<readonly [number, number]> {
    for (const { lists } of files)
      for (const { direction, query, candidates } of lists)
        for (const candidate of candidates)
          yield direction === 'image-to-text' ? [rowOf(candidate), rowOf(query)] : [rowOf(query), rowOf(candidate)];
  }
  const matched = await scorer.matchAll(pairs(), onProgress);
  const matchOf = (text: number, image: number): number => matched.get(text * products.length + image) as number;
  return {
    embeddings: await scoreCandidateLists({ files, score: listScorer(rowOf, scorer.similarity) }),
    matching: await scoreCandidateLists({ files, score: listScorer(rowOf, matchOf) }),
  };
}

/** The weight of the match score that works best on the lists for choosing it. */
export function chooseMatchingWeight({ embeddings, matching }: ScoredLists): number {
  return chooseWeight(embeddings, matching).weight;
}

/** Figures of all three scorers; the combined one is the default. */
export function retrievalFigures(
  { embeddings, matching }: ScoredLists,
  matchingWeight: number,
): NonNullable<Evaluation['retrieval']> {
  const combined = summarizeRetrieval(combineScoredLists(embeddings, matching, matchingWeight));
  const scorers: Record<string, RetrievalResult> = {
    combined,
    embeddings: summarizeRetrieval(embeddings),
    matching: summarizeRetrieval(matching),
  };
  return { ...combined, scorer: 'combined', scorers, matchingWeight };
}

/** Share of puzzles solved. */
export function puzzleFigures(answers: readonly PuzzleAnswers[]): PuzzleFigures {
  const share = (of: (answer: PuzzleAnswers) => readonly [truth: Int32Array, found: Int32Array]): number => {
    let right = 0;
    let all = 0;
    for (const [truth, found] of answers.map(of)) {
      all += truth.length;
      truth.forEach((label, index) => {
        if (label === found[index]) right++;
      });
    }
    return (100 * right) / all;
  };
  return {
    rotation: share(({ batch, rotation }) => [batch.rotationLabels, rotation]),
    jigsaw: share(({ batch, jigsaw }) => [batch.jigsawLabels, jigsaw]),
    camouflage: share(({ batch, camouflage }) => [batch.camouflageLabels, camouflage]),
  };
}

/** A scorer of candidate lists from a score of pairs of rows. */
function listScorer(rowOf: (id: string) => number, score: (text: number, image: number) => number): ScoreCandidates {
  return (direction: RetrievalDirection, query, candidates) => {
    const asked = rowOf(query);
    const rows = candidates.map(rowOf);
    return direction === 'image-to-text' ? rows.map((row) => score(row, asked)) : rows.map((row) => score(asked, row));
  };
}
