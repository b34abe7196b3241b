import { inProcess } from '@kaleido/foundation';
import {
  type BatchSource,
  type RunStageOptions,
  replicaService,
  runStage,
  type StageOptions,
  type StageResult,
} from '@kaleido/training';
import type { CaptionBatch } from '../show-attend-tell/caption-batch.ts';
import type { CaptionerWeights } from '../show-attend-tell/captioner-weights.ts';
import { captioningTask } from '../show-attend-tell/captioning-task.ts';
import { ShowAttendTell } from '../show-attend-tell/show-attend-tell.ts';
import type { ShowAttendTellConfig } from '../show-attend-tell/show-attend-tell-config.ts';

/** A captioner to train. */
export interface CaptionerTraining extends Pick<RunStageOptions, 'onMetrics' | 'signal'> {
  readonly config: ShowAttendTellConfig;
  /** With which it starts. */
  readonly weights: CaptionerWeights;
  readonly stage: StageOptions;
  readonly batches: BatchSource<CaptionBatch>;
  /** Of dropout. */
  readonly seed: number;
}

/** Trains a captioner, and returns its weights. @throws the signal's reason if it was aborted before the last step */
export type TrainCaptioner = (training: CaptionerTraining) => Promise<CaptionerWeights>;

/** Trains on this thread, with the backend that is selected. */
export const trainCaptioner: TrainCaptioner = async (training) => {
  const { config, weights, stage, batches, seed, onMetrics, signal } = training;
  const model = ShowAttendTell.fromWeights(config, weights);
  const service = replicaService(captioningTask(model), batches, stage, seed);
  try {
    const result = await runStage({
      stage,
      workers: inProcess(service),
      ...(onMetrics === undefined ? {} : { onMetrics }),
      ...(signal === undefined ? {} : { signal }),
    });
    return trainedWeights(training, result);
  } finally {
    await service.close(undefined);
    model.dispose();
  }
};

/** All weights of a finished training. @throws the signal's reason if steps are left */
export function trainedWeights(
  { weights, stage, signal }: CaptionerTraining,
  { step, state }: StageResult,
): CaptionerWeights {
  if (step < stage.schedule.steps) signal?.throwIfAborted();
  return new Map([...weights, ...state.weights]);
}
