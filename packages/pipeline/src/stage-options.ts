import type { StageOptions } from '@kaleido/training';
import type { RecipeStage } from './recipe.ts';

/**
 * A recipe's stage as the trainer takes it.
 * @param seesMore whether there are further products
 */
export function stageOptions(
  { name, steps, learningRate, warmup, shards, weightDecay, objectives }: RecipeStage,
  seesMore: boolean,
): StageOptions {
  const { contrastive, matching, tasks } = objectives;
  return {
    name,
    schedule: { steps, learningRate, warmup },
    optimizer: { weightDecay },
    shards,
    examplesPerStep:
      (contrastive?.batchSize ?? 0) +
      ((seesMore && contrastive?.more?.batchSize) || 0) +
      (matching === undefined ? 0 : matching.groups * matching.groupSize ** 2) +
      (tasks?.batchSize ?? 0),
  };
}
