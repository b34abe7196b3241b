import { examplesPerStep } from '@kaleido/pretrain-tasks';
import type { StageOptions } from '@kaleido/training';
import type { RecipeStage } from './recipe.ts';

/**
 * Trainer options of a recipe's stage.
 * @param seesMore whether there are further products
 */
export function stageOptions(
  { name, steps, learningRate, warmup, microBatches, weightDecay, objectives }: RecipeStage,
  seesMore: boolean,
): StageOptions {
  return {
    name,
    schedule: { steps, learningRate, warmup },
    optimizer: { weightDecay },
    microBatches,
    examplesPerStep: examplesPerStep(objectives, seesMore),
  };
}
