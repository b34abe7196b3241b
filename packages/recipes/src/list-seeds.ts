import type { Recipe } from '@kaleido/recipe-schema';

/** Seed of the lists for choosing the combined scorer's weight; far from the seeds of the measured lists. */
export const weightListSeed = 1_000_003;

/** Seeds 0 to n - 1. */
export function listSeeds({ evaluation }: Recipe): number[] {
  return Array.from({ length: evaluation.lists }, (_, seed) => seed);
}
