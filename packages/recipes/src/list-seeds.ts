import type { Recipe } from './recipe.ts';

/** Of the lists that the combined scorer's weight is chosen on: far from the seeds of the lists that are measured. */
export const weightListSeed = 1_000_003;

/** Seeds 0 to n - 1. */
export function listSeeds({ evaluation }: Recipe): number[] {
  return Array.from({ length: evaluation.lists }, (_, seed) => seed);
}
