import { KaleidoError } from '@kaleido/foundation';

/**
 * How the positive is ranked among candidates with exactly the same score: after all of them (`worst`), before all of
 * them (`best`), or in the middle (`mean`).
 */
export type TieRule = 'worst' | 'best' | 'mean';

/**
 * The rank of the right candidate, from 1. With several right ones, the rank of the best one among the wrong ones.
 * @param scores one per candidate; higher is better; may be infinite
 * @param positive index of the right candidate, or indices of several
 * @param tie default `worst`: a scorer that gives all candidates the same score must not look perfect
 * @throws KaleidoError if there is no positive, its index is out of range, or a score is NaN
 */
export function rankOfPositive(
  scores: ArrayLike<number>,
  positive: number | readonly number[],
  tie: TieRule = 'worst',
): number {
  const positives = typeof positive === 'number' ? [positive] : positive;
  if (positives.length === 0) throw refuse('a query has no positive: its rank is not defined');
  let best = Number.NEGATIVE_INFINITY;
  for (const index of positives) {
    if (!Number.isInteger(index) || index < 0 || index >= scores.length)
      throw refuse(`a positive lies outside the ${scores.length} candidates`, index);
    best = Math.max(best, scores[index] as number); // NaN stays NaN and is caught below
  }
  let above = 0;
  let equal = 0;
  for (let index = 0; index < scores.length; index++) {
    const score = scores[index] as number;
    if (typeof score !== 'number' || Number.isNaN(score))
      throw refuse(`the score of candidate ${index} is not a number`, String(score));
    if (score > best) above++;
    else if (score === best) equal++;
  }
  for (const index of new Set(positives)) if (scores[index] === best) equal--;
  return 1 + above + (tie === 'worst' ? equal : tie === 'mean' ? equal / 2 : 0);
}

function refuse(problem: string, found?: unknown): KaleidoError {
  return new KaleidoError({
    source: 'eval',
    problem,
    ...(found === undefined ? {} : { found }),
    advice: 'look at the list and the scorer that made these scores',
  });
}
