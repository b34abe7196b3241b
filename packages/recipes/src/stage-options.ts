import { examplesPerStep } from '@kaleido/pretrain-tasks';
import type { StageOptions } from '@kaleido/training';
import type { RecipeCaptioning, RecipeStage } from './recipe.ts';

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

/** The stage in which a copy of the model learns to write captions. */
export function captioningStage({ batchSize, patchShare, ...training }: RecipeCaptioning): RecipeStage {
  const captioning = { batchSize, patchShare, weight: 1 };
  return { name: 'fine-tuning (captions)', ...training, objectives: { captioning } };
}
