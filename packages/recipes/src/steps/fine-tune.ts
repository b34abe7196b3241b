import type { Weights } from '@kaleido/model';
import type { TaskCatalogue } from '@kaleido/pretrain-tasks';
import type { RecipeFineTuning } from '@kaleido/recipe-schema';
import { modelData } from '@kaleido/scoring';
import type { StageOptions } from '@kaleido/training';
import { fineTuneBatches } from '../fine-tune-batches.ts';
import type { FineTuneWorkerData } from '../fine-tune-worker.ts';
import { recipeLabels } from '../labels.ts';
import { type RunContext, sharedData } from '../run-context.ts';
import { trainRunStage } from '../train-run-stage.ts';
import type { FineTuneData } from '../training-data.ts';
import { workerModule } from '../worker-module.ts';

/**
 * Fine-tunes a classifier for each kind of input of the recipe. Reads the pre-trained weights and the labels; writes
 * `finetuned/<inputs>`, and skips those that exist.
 * @returns false if the signal was aborted before the end; the next run starts that classifier again
 */
export async function fineTuneStep(
  context: RunContext,
  catalogue: TaskCatalogue,
  weights: Weights,
  onFinished: () => Promise<void>,
): Promise<boolean> {
  const { options, folder, times } = context;
  const { fineTuning } = options.recipe;
  for (const inputs of fineTuning?.inputs ?? []) {
    if (await folder.hasClassifier(inputs)) {
      options.onMessage?.(`the classifier on ${inputs} is there from before`);
      continue;
    }
    const finished = await times.timed(`Fine-tuning on ${inputs}`, () =>
      fineTune(context, fineTuning as RecipeFineTuning, inputs, catalogue, weights),
    );
    if (!finished) return false;
    await onFinished();
  }
  return true;
}

async function fineTune(
  context: RunContext,
  recipe: RecipeFineTuning,
  inputs: RecipeFineTuning['inputs'][number],
  catalogue: TaskCatalogue,
  weights: Weights,
): Promise<boolean> {
  const { folder, config, splits } = context;
  const { train } = splits;
  const labels = recipeLabels(train.products, recipe.fields);
  const { head, hiddenSize, dropout } = recipe;
  const classification = { fields: labels.fields, inputs, head, hiddenSize, dropout };
  const steps = Math.max(1, Math.round((recipe.epochs * catalogue.rows) / recipe.batchSize));
  const stage: StageOptions = {
    name: `fine-tuning (${inputs})`,
    schedule: { steps, learningRate: recipe.learningRate, warmup: 0.1 },
    optimizer: { weightDecay: recipe.weightDecay },
    microBatches: recipe.microBatches,
    examplesPerStep: recipe.batchSize,
  };
  const data: FineTuneData = {
    ...sharedData(context, catalogue, train, weights),
    stage,
    labels: labels.rows,
    batchSize: recipe.batchSize,
    patchShare: recipe.patchShare,
  };
  const worker: FineTuneWorkerData = { ...modelData(data), options: stage, classification };
  context.options.onPart?.(stage.name);
  const { state, step } = await trainRunStage(context, {
    stage,
    batches: await fineTuneBatches(data),
    module: workerModule('fine-tune-worker'),
    data: worker,
  });
  if (step < steps) return false;
  const layers = new Map([...state.weights].filter(([name]) => !weights.has(name)));
  const tuned = new Map([...weights].map(([name, values]) => [name, state.weights.get(name) ?? values]));
  await folder.saveClassifier(classification, config, tuned, layers);
  return true;
}
