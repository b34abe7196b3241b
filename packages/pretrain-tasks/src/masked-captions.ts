import type { RandomStream } from '@kaleido/foundation';
import type { TextBatch } from '@kaleido/layout';
import type { TaskCatalogue } from './catalogue.ts';
import { commonLength } from './text-batch.ts';
import {
  type MaskedCaption,
  type MaskingGuide,
  type MaskingOptions,
  type MaskingVocabulary,
  maskCaption,
} from './token-masking.ts';

/** Captions with masked words, and what was masked; no tensors. */
export interface MaskedCaptions {
  readonly text: TextBatch;
  /** [B, M] places, pieces and weights of the predictions; weight 0 = no prediction */
  readonly maskedPositions: Int32Array;
  readonly maskedLabels: Int32Array;
  readonly maskedWeights: Float32Array;
}

/** Masks words of one row's caption. @param guide as `maskCaption` */
export function maskRow(
  catalogue: TaskCatalogue,
  row: number,
  vocabulary: MaskingVocabulary,
  masking: MaskingOptions,
  random: RandomStream,
  guide?: MaskingGuide,
): MaskedCaption {
  const start = row * catalogue.textLength;
  const length = catalogue.lengths[row] as number;
  const ids = catalogue.ids.subarray(start, start + length);
  const wordStarts = catalogue.wordStarts.subarray(start, start + length);
  return maskCaption(ids, wordStarts, length, vocabulary, masking, random, guide);
}

/**
 * Masked captions as one batch.
 * @param rows of the captions
 * @param predictions M; default: the most of any caption, in steps of 4, so that few shapes occur
 */
export function maskedBatch(
  catalogue: TaskCatalogue,
  rows: readonly number[],
  captions: readonly MaskedCaption[],
  predictions?: number,
): MaskedCaptions {
  const B = rows.length;
  const M = predictions ?? Math.max(4, 4 * Math.ceil(Math.max(0, ...captions.map(predictionsOf)) / 4));
  const T = commonLength(catalogue, rows);
  const ids = new Int32Array(B * T);
  const mask = new Float32Array(B * T);
  const maskedPositions = new Int32Array(B * M);
  const maskedLabels = new Int32Array(B * M);
  const maskedWeights = new Float32Array(B * M);
  for (const [b, caption] of captions.entries()) {
    ids.set(caption.ids, b * T);
    mask.fill(1, b * T, b * T + caption.ids.length);
    // Those beyond M are padding.
    maskedPositions.set(caption.positions.subarray(0, M), b * M);
    maskedLabels.set(caption.labels.subarray(0, M), b * M);
    maskedWeights.set(caption.weights.subarray(0, M), b * M);
  }
  return { text: { size: B, textLength: T, ids, mask }, maskedPositions, maskedLabels, maskedWeights };
}

/** The predictions of a caption without padding. */
export function predictionsOf({ weights }: MaskedCaption): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}
