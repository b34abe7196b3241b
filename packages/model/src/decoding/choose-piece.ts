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
  const order = [...weights.keys()].sort((a, b) => (weights[b] as number) - (weights[a] as number) || a - b);
  let [size, inside] = [0, 0];
  do inside += weights[order[size++] as number] as number;
  while (inside < topP * total && size < order.length);
  let rest = random.uniform() * inside;
  for (const id of order.slice(0, size)) {
    rest -= weights[id] as number;
    if (rest < 0) return id;
  }
  return order[size - 1] as number;
}
