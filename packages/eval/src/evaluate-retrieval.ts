import { KaleidoError } from '@kaleido/foundation';
import type { CandidateList, CandidateListFile, RetrievalDirection } from './candidate-lists/candidate-list.ts';
import { rankOfPositive, type TieRule } from './ranking/rank-of-positive.ts';
import { type Recalls, retrievalRecalls, sumOfRecalls } from './ranking/retrieval-recalls.ts';

/** Scores the candidates of one query: one score each, in the same order, higher is better. */
export type ScoreCandidates = (
  direction: RetrievalDirection,
  query: string,
  candidates: readonly string[],
) => ArrayLike<number> | Promise<ArrayLike<number>>;

/** A list with its scores. */
export interface ScoredList {
  readonly list: CandidateList;
  /** One per candidate. */
  readonly scores: ArrayLike<number>;
}

export interface ScoredListFile {
  readonly name: string;
  readonly sha256: string;
  readonly lists: readonly ScoredList[];
}

/** Recalls in per cent, in both directions, and their sum. */
export interface RetrievalFigures {
  readonly imageToText: Recalls;
  readonly textToImage: Recalls;
  /** 0..600. */
  readonly sumR: number;
}

/** Figures of one list file. */
export interface RetrievalOfFile extends RetrievalFigures {
  readonly name: string;
  readonly sha256: string;
  /** Queries per direction. */
  readonly queries: { readonly imageToText: number; readonly textToImage: number };
}

/** Mean over list files, with the figures of each file. */
export interface RetrievalResult extends RetrievalFigures {
  /** Sample deviation over the list files (n - 1); absent for one file. */
  readonly standardDeviation?: RetrievalFigures;
  readonly files: readonly RetrievalOfFile[];
}

export interface RetrievalEvaluation {
  readonly files: readonly CandidateListFile[];
  readonly score: ScoreCandidates;
  /** Default `worst`. */
  readonly tie?: TieRule;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Scores all lists and summarises the results. */
export async function evaluateRetrieval(evaluation: RetrievalEvaluation): Promise<RetrievalResult> {
  return summarizeRetrieval(await scoreCandidateLists(evaluation), evaluation.tie);
}

/**
 * Scores all lists in sequence.
 * @throws KaleidoError if a list lacks a score, or one is NaN
 */
export async function scoreCandidateLists({
  files,
  score,
  onProgress,
}: Omit<RetrievalEvaluation, 'tie'>): Promise<ScoredListFile[]> {
  const total = files.reduce((sum, { lists }) => sum + lists.length, 0);
  let done = 0;
  const scored: ScoredListFile[] = [];
  for (const { name, sha256, lists } of files) {
    const scoredLists: ScoredList[] = [];
    for (const list of lists) {
      const scores = await score(list.direction, list.query, list.candidates);
      if (scores.length !== list.candidates.length)
        throw new KaleidoError({
          source: 'eval',
          problem: `the scorer must give ${list.candidates.length} scores for query ${list.query}`,
          found: scores.length,
        });
      const unsound = Array.from(scores).findIndex((value) => Number.isNaN(value));
      if (unsound >= 0)
        throw new KaleidoError({
          source: 'eval',
          problem: `the ${list.direction} score of query ${list.query} and candidate ${list.candidates[unsound]} is not a number`,
          found: 'NaN',
        });
      scoredLists.push({ list, scores });
      done++;
      onProgress?.(done, total);
    }
    scored.push({ name, sha256, lists: scoredLists });
  }
  return scored;
}

/**
 * Recalls of scored lists: per file, mean and deviation.
 * @throws KaleidoError if there is no file, or one lacks a direction
 */
export function summarizeRetrieval(files: readonly ScoredListFile[], tie: TieRule = 'worst'): RetrievalResult {
  if (files.length === 0) throw new KaleidoError({ source: 'eval', problem: 'no candidate list was scored' });
  const figures = files.map(({ name, sha256, lists }): RetrievalOfFile => {
    const [imageToText, textToImage] = (['image-to-text', 'text-to-image'] as const).map((direction) => {
      const ranks = lists.filter(({ list }) => list.direction === direction).map((list) => rankInList(list, tie));
      if (ranks.length === 0)
        throw new KaleidoError({
          source: 'eval',
          problem: `${name} holds no ${direction} list`,
          advice: 'give both directions',
        });
      return retrievalRecalls(ranks);
    }) as [ReturnType<typeof retrievalRecalls>, ReturnType<typeof retrievalRecalls>];
    return {
      name,
      sha256,
      imageToText: imageToText.recalls,
      textToImage: textToImage.recalls,
      sumR: sumOfRecalls(imageToText.recalls, textToImage.recalls),
      queries: { imageToText: imageToText.queries, textToImage: textToImage.queries },
    };
  });
  const mean = overFiles(figures, (values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  return {
    ...mean,
    ...(figures.length < 2 ? {} : { standardDeviation: overFiles(figures, sampleDeviation) }),
    files: figures,
  };
}

/** Rank of a scored list's positive, from 1. */
export function rankInList({ list, scores }: ScoredList, tie: TieRule = 'worst'): number {
  return rankOfPositive(scores, list.candidates.indexOf(list.positive), tie);
}

function overFiles(
  files: readonly RetrievalFigures[],
  reduce: (values: readonly number[]) => number,
): RetrievalFigures {
  const recalls = (of: (file: RetrievalFigures) => Recalls): Recalls => ({
    '1': reduce(files.map((file) => of(file)[1])),
    '5': reduce(files.map((file) => of(file)[5])),
    '10': reduce(files.map((file) => of(file)[10])),
  });
  return {
    imageToText: recalls((file) => file.imageToText),
    textToImage: recalls((file) => file.textToImage),
    sumR: reduce(files.map(({ sumR }) => sumR)),
  };
}

function sampleDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
