import type { Weights } from '@kaleido/model';
import type { TaskCatalogue } from '@kaleido/pretrain-tasks';
import { modelData } from '@kaleido/scoring';
import { pretrainBatches } from '../pretrain-batches.ts';
import type { PretrainWorkerData } from '../pretrain-worker.ts';
import { type RunContext, sharedData } from '../run-context.ts';
import { captioningStage, stageOptions } from '../stage-options.ts';
import { trainRunStage } from '../train-run-stage.ts';
import { workerModule } from '../worker-module.ts';

/**
 * Fine-tunes a copy of the pre-trained model to write captions. Writes `finetuned/captioning`, and skips it if it exists.
 * @returns false if the signal was aborted before the end; the next run starts it again
 */
export async function captionStep(
  context: RunContext,
  catalogue: TaskCatalogue,
  weights: Weights,
  onFinished: () => Promise<void>,
): Promise<boolean> {
  const { options, folder, times, config, splits } = context;
  if (options.recipe.captioning === undefined) return true;
  if (await folder.hasCaptioner()) {
    options.onMessage?.('the model that writes captions is there from before');
    return true;
  }
  const stage = captioningStage(options.recipe.captioning);
  options.onPart?.(stage.name);
  const finished = await times.timed('Fine-tuning on captions', async () => {
    const data = { ...sharedData(context, catalogue, splits.train, weights), stage };
    const trained = stageOptions(stage, false);
    const worker: PretrainWorkerData = { ...modelData(data), options: trained, objectives: stage.objectives };
    const batches = await pretrainBatches(data);
    const module = workerModule('pretrain-worker');
    const { state, step } = await trainRunStage(context, { stage: trained, batches, module, data: worker });
    if (step < stage.steps) return false;
    await folder.saveCaptioner(config, new Map([...weights, ...state.weights]));
    return true;
  });
  if (finished) await onFinished();
  return finished;
}
