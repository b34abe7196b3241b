import { KaleidoError } from '@kaleido/foundation';
import { rankInList, type ScoredListFile, summarizeRetrieval } from './evaluate-retrieval.ts';
import { retrievalRecalls } from './ranking/retrieval-recalls.ts';

/**
 * One score from two scorers with unrelated scales: each is standardised over the candidates of the list (mean 0,
 * deviation 1), then they are mixed. Weights 0 and 1 return the unchanged scores of the first and the second scorer, so
 * that their order and ties are kept exactly.
 * @param contrastive similarities of embeddings, one per candidate
 * @param matching match logits, one per candidate
 * @param weight of `matching`, 0..1
 * @throws KaleidoError if the lists differ in length, a score is not finite, or the weight is out of range
 */
export function combineScores(
  contrastive: ArrayLike<number>,
  matching: ArrayLike<number>,
  weight: number,
): Float64Array {
  if (contrastive.length !== matching.length)
    throw new KaleidoError({
      source: 'eval',
      problem: 'both scorers must have scored the same candidates',
      found: { contrastive: contrastive.length, matching: matching.length },
    });
  if (!(weight >= 0 && weight <= 1))
    throw new KaleidoError({
      source: 'eval',
      problem: 'the weight of the match score must lie in 0 to 1',
      found: weight,
    });
  if (weight === 0) return Float64Array.from(contrastive);
  if (weight === 1) return Float64Array.from(matching);
  const [first, second] = [standardized(contrastive), standardized(matching)];
  return first.map((value, index) => (1 - weight) * value + weight * (second[index] as number));
}

export interface WeightChoice {
  /** Weight of the match score, 0..1. */
  readonly weight: number;
  /** SumR of every weight tried, in ascending order of weight. */
  readonly tried: readonly { readonly weight: number; readonly sumR: number }[];
}

/** 0, 0.05, ... 1: finer steps change almost no list. Both ends are included, so no scorer alone beats the mix. */
const weightGrid: readonly number[] = Array.from({ length: 21 }, (_, index) => index / 20);

/**
 * Chooses the weight of `combineScores` by SumR over validation lists. Among equal SumR, the weight with the higher
 * mean reciprocal rank is taken, then the lower one (embeddings are cheaper than pairs).
 * @param contrastive lists scored by the embeddings
 * @param matching the same lists, in the same order, scored by the match head
 * @throws KaleidoError if the two are not the same lists
 */
export function chooseWeight(
  contrastive: readonly ScoredListFile[],
  matching: readonly ScoredListFile[],
): WeightChoice {
  return bestWeight((weight) => {
    const files = combineScoredLists(contrastive, matching, weight);
    const ranks = files.flatMap(({ lists }) => lists.map((list) => rankInList(list)));
    return { sumR: summarizeRetrieval(files).sumR, meanReciprocalRank: retrievalRecalls(ranks).meanReciprocalRank };
  });
}

/** Tries 0, 0.05, ... 1, and takes the best by the rule of `chooseWeight`. */
export function bestWeight(
  measure: (weight: number) => { readonly sumR: number; readonly meanReciprocalRank: number },
): WeightChoice {
  let best: { weight: number; sumR: number; meanReciprocalRank: number } | undefined;
  const tried: { weight: number; sumR: number }[] = [];
  for (const weight of weightGrid) {
    const { sumR, meanReciprocalRank } = measure(weight);
    tried.push({ weight, sumR });
    const better =
      best === undefined || sumR > best.sumR || (sumR === best.sumR && meanReciprocalRank > best.meanReciprocalRank);
    if (better) best = { weight, sumR, meanReciprocalRank };
  }
  return { weight: (best as { weight: number }).weight, tried };
}

/**
 * The same lists under the combined score.
 * @throws KaleidoError if the two are not the same lists
 */
export function combineScoredLists(
  contrastive: readonly ScoredListFile[],
  matching: readonly ScoredListFile[],
  weight: number,
): ScoredListFile[] {
  const same =
    contrastive.length === matching.length &&
    contrastive.every(
      (file, index) => file.sha256 === matching[index]?.sha256 && file.lists.length === matching[index].lists.length,
    );
  if (!same)
    throw new KaleidoError({
      source: 'eval',
      problem: 'scores can be combined over the same list files only',
      found: { contrastive: contrastive.map(({ name }) => name), matching: matching.map(({ name }) => name) },
    });
  return contrastive.map((file, fileIndex) => ({
    ...file,
    lists: file.lists.map(({ list, scores }, index) => {
      const other = (matching[fileIndex] as ScoredListFile).lists[index] as (typeof file.lists)[number];
      return { list, scores: combineScores(scores, other.scores, weight) };
    }),
  }));
}

/** Mean 0, deviation 1; all 0 if the scores are equal. */
function standardized(scores: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(scores);
  const unsound = values.findIndex((value) => !Number.isFinite(value));
  if (unsound >= 0)
    throw new KaleidoError({
      source: 'eval',
      problem: `the score of candidate ${unsound} is not finite`,
      found: String(values[unsound]),
    });
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (deviation === 0 ? 0 : (value - mean) / deviation));
}
