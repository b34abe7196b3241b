/** Which patches of a level are paired with a word. */
export interface PatchChoice {
  /** A patch is paired if it has this share of the best patch's score in its level, 0..1. */
  readonly keep: number;
  /** Most patches of a level for one word. */
  readonly mostPatches: number;
}

/** A patch that is paired. */
export interface ChosenPatch {
  /** Index in the level. */
  readonly index: number;
  /** Its score as a share of the best one's, in (0, 1]; 1 for the best. */
  readonly share: number;
}

/**
 * The best patches of a level, the best first; of equal ones the one with the lower index comes first, so that the same
 * scores give the same patches.
 * @param scores of all patches of the level; where none is above 0, the best alone is chosen
 */
export function bestPatches(scores: Float64Array, { keep, mostPatches }: PatchChoice): ChosenPatch[] {
  const best = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, mostPatches);
  const highest = scores[best[0] as number]!;
  return best
    .map((index, at) => ({ index, share: at === 0 ? 1 : highest > 0 ? scores[index]! / highest : 0 }))
    .filter(({ share }) => share > 0 && share >= keep);
}
