import { epochOrder, KaleidoError, randomStream } from '@kaleido/foundation';
import type { BatchSource, TrainingTask } from '@kaleido/training';
import { type CaptionBatch, captionBatch } from './caption-batch.ts';
import { captioningLoss } from './captioning-loss.ts';
import type { ShowAttendTell } from './show-attend-tell.ts';
import type { ShowAttendTellConfig } from './show-attend-tell-config.ts';

/** Reads the grids of some images, [rows, G, F]. */
export type GridReader = (rows: readonly number[]) => Float32Array | Promise<Float32Array>;

/** A caption to learn. */
export interface CaptionToLearn {
  /** Its image, as the grid reader counts them. */
  readonly image: number;
  /** Its pieces, without [CLS] and [SEP]. */
  readonly ids: Int32Array;
}

export interface CaptionBatchOptions {
  readonly captions: readonly CaptionToLearn[];
  readonly grids: GridReader;
  /** Captions of a step, in all micro-batches. */
  readonly batchSize: number;
  /** Parts of a step; must divide `batchSize`. */
  readonly microBatches: number;
  readonly seed: number;
}

/**
 * Steps whose captions are drawn together and sorted by length. A step is unrolled as far as its longest caption; with 8,
 * the lengths of a step differ by about an eighth of all lengths.
 */
const stepsOfOneOrder = 8;

/**
 * The batches of captions: each epoch goes over all of them. They depend only on the seed and the step.
 * @throws KaleidoError without captions, and for a batch that cannot be cut into micro-batches
 */
export function captionBatches(config: ShowAttendTellConfig, options: CaptionBatchOptions): BatchSource<CaptionBatch> {
  const { captions, grids, batchSize, microBatches, seed } = options;
  const refuse = (problem: string, found: unknown, advice: string): never => {
    throw new KaleidoError({ source: 'alignment', problem, found, advice });
  };
  if (captions.length === 0) refuse('there are no captions to learn', 0, 'give one or more');
  if (batchSize % microBatches !== 0)
    refuse(
      `batchSize must be a multiple of ${microBatches}: each micro-batch has as many`,
      batchSize,
      'change one of them',
    );
  // Not more than an epoch has: the same captions would come next to each other.
  const steps = Math.max(1, Math.min(stepsOfOneOrder, Math.floor(captions.length / batchSize)));
  const order = epochOrder(captions.length, batchSize * steps, seed, 'captioner');
  const lengthOf = (row: number): number => (captions[row] as CaptionToLearn).ids.length;
  const parts = Array.from({ length: steps }, (_, part) => part);
  return {
    async batch(step, microBatch) {
      const window = Math.floor(step / steps);
      const sorted = order.rowsOf(window).sort((a, b) => lengthOf(a) - lengthOf(b) || a - b);
      const part = randomStream(seed, 'captioner', 'lengths', window).shuffle(parts)[step % steps] as number;
      const chosen = sorted
        .slice(part * batchSize, (part + 1) * batchSize)
        // Every n-th, so that no micro-batch has the longest captions alone.
        .filter((_, at) => at % microBatches === microBatch)
        .map((row) => captions[row] as CaptionToLearn);
      return captionBatch(
        config,
        await grids(chosen.map(({ image }) => image)),
        chosen.map(({ ids }) => ids),
      );
    },
  };
}

/** Captioning as the trainer's task. */
export function captioningTask(model: ShowAttendTell): TrainingTask<CaptionBatch> {
  return {
    variables: model.trainable(),
    loss: (batch, seeds) => captioningLoss(model, batch, seeds),
  };
}
