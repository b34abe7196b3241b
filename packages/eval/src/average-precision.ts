import { KaleidoError } from '@kaleido/foundation';

/**
 * Average precision of one label, 0..1: the mean over the items that have it of the precision among the items scored at
 * least as high, as in scikit-learn. Items of equal score are counted together.
 * @param truth 1 for an item that has the label, 0 for another
 * @param scores higher is likelier
 * @throws KaleidoError where no item has the label, the lists differ in length, or a score is NaN
 */
export function averagePrecision(truth: ArrayLike<number>, scores: ArrayLike<number>): number {
  const refuse = (problem: string, found: unknown): KaleidoError =>
    new KaleidoError({ source: 'eval', problem, found });
  if (truth.length !== scores.length)
    throw refuse('truth and scores must be as long as each other', { truth: truth.length, scores: scores.length });
  const order = Array.from({ length: scores.length }, (_, index) => index);
  const nan = order.find((index) => Number.isNaN(scores[index]));
  if (nan !== undefined) throw refuse(`the score of item ${nan} is not a number`, 'NaN');
  order.sort((a, b) => (scores[b] as number) - (scores[a] as number));
  let found = 0;
  let sum = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    let hits = 0;
    const score = scores[order[from] as number];
    while (to < order.length && scores[order[to] as number] === score)
      hits += truth[order[to++] as number] === 1 ? 1 : 0;
    found += hits;
    sum += hits * (found / to);
  }
  if (found === 0) throw refuse('no item has the label: its average precision is not defined', `${truth.length} items`);
  return sum / found;
}
