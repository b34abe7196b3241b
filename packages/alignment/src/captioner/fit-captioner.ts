import type { Tokenizer } from '@kaleido/tokenizer';
import type { AlignableProducts, AlignOptions } from '../aligner.ts';
import { captionBatches } from '../show-attend-tell/captioning-task.ts';
import { initialCaptionerWeights } from '../show-attend-tell/initial-captioner-weights.ts';
import { showAttendTellConfig } from '../show-attend-tell/show-attend-tell-config.ts';
import type { CaptionerSettings } from './captioner-settings.ts';
import { cellGrids } from './cell-grids.ts';
import type { FittedCaptioner } from './fitted-captioner.ts';
import { measureCells } from './measure-cells.ts';
import { ownPieces } from './own-pieces.ts';
import { type TrainCaptioner, trainCaptioner } from './train-captioner.ts';

export interface FitCaptionerOptions extends AlignOptions {
  /** Of the captions. */
  readonly tokenizer: Pick<Tokenizer, 'vocabularySize' | 'specialTokenIds'>;
  readonly settings: CaptionerSettings;
  /** Default: on this thread, with the backend that is selected. */
  readonly train?: TrainCaptioner;
}

/**
 * Trains a captioner on the captions of some products and the cells of their photographs. `onProgress` counts steps.
 * @throws KaleidoError without a caption; the signal's reason if it was aborted
 */
export async function fitCaptioner(
  products: AlignableProducts,
  { tokenizer, settings, train = trainCaptioner, onProgress, signal }: FitCaptionerOptions,
): Promise<FittedCaptioner> {
  const { features } = products;
  const { steps, batchSize, learningRate, warmup, weightDecay, microBatches, seed, network } = settings;
  const config = showAttendTellConfig({
    ...network,
    vocabularySize: tokenizer.vocabularySize,
    featureWidth: features.featureWidth,
    special: tokenizer.specialTokenIds,
  });
  const captions = Array.from({ length: products.rows }, (_, image) => {
    return { image, ids: ownPieces(products, image) };
  }).filter(({ ids }) => ids.length > 0);
  const batches = captionBatches(config, {
    captions,
    grids: (rows) => cellGrids(features, rows),
    batchSize,
    microBatches,
    seed,
  });
  const weights = await train({
    config,
    weights: initialCaptionerWeights(config, seed, await measureCells(features, signal)),
    batches,
    stage: {
      name: 'captioner',
      schedule: { steps, learningRate, warmup },
      optimizer: { weightDecay },
      microBatches,
      examplesPerStep: batchSize,
    },
    seed,
    onMetrics: ({ step }) => onProgress?.(step, steps),
    ...(signal === undefined ? {} : { signal }),
  });
  return { config, weights };
}
