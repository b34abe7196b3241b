import type { RandomStream } from '@kaleido/foundation';

/** The most likely piece; of equal ones the first. @param logProbabilities [V] */
export function mostLikely(logProbabilities: Float32Array): number {
  let best = 0;
  for (let id = 1; id < logProbabilities.length; id++)
    if ((logProbabilities[id] as number) > (logProbabilities[best] as number)) best = id;
  return best;
}

/** The `count` most likely pieces, the best first; of equal ones the first. Impossible ones are left out. */
export function mostLikelyOnes(logProbabilities: Float32Array, count: number): number[] {
  const value = (id: number): number => logProbabilities[id] as number;
  const best: number[] = [];
  for (let id = 0; id < logProbabilities.length; id++) {
    if (value(id) === Number.NEGATIVE_INFINITY) continue;
    if (best.length === count && value(id) <= value(best[count - 1] as number)) continue;
    let place = best.length;
    while (place > 0 && value(id) > value(best[place - 1] as number)) place--;
    best.splice(place, 0, id);
    if (best.length > count) best.pop();
  }
  return best;
}

/** A draw from the fewest pieces that have the probability `topP` together, after dividing the logits. */
export function fromNucleus(
  logProbabilities: Float32Array,
  { topP, temperature }: { readonly topP: number; readonly temperature: number },
  random: RandomStream,
): number {
  const top = logProbabilities[mostLikely(logProbabilities)] as number;
  const weights = Float64Array.from(logProbabilities, (value) => Math.exp((value - top) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  // Sorted as numbers, which is many times as fast as sorting ids by them.
  const sorted = weights.slice().sort();
  let [size, inside] = [0, 0];
  do inside += sorted[sorted.length - ++size] as number;
  while (inside < topP * total && size < sorted.length);
  const least = sorted[sorted.length - size] as number;
  // Of equally likely pieces the first ones.
  let equal = size - weights.reduce((count, weight) => count + Number(weight > least), 0);
  let rest = random.uniform() * inside;
  let drawn = 0;
  for (const [id, weight] of weights.entries()) {
    if (weight < least || (weight === least && equal-- <= 0)) continue;
    drawn = id;
    rest -= weight;
    if (rest < 0) break;
  }
  return drawn;
}
