import { tf } from '@kaleido/backend';
import { type ImageBatch, levels } from '@kaleido/layout';
import { z } from 'zod';
import { drawPatches, imageBatch } from '../image-batch.ts';
import { maskedTokenLoss } from '../losses.ts';
import { type MaskedCaptions, maskedBatch, maskRow } from '../masked-captions.ts';
import type { Objective } from './objective.ts';
import { count, idle, inMicroBatches, share, weight } from './settings.ts';

const schema = z.strictObject({
  /** Pairs per step. */
  batchSize: count,
  /** Share of a caption's pieces that is masked; 0.15 as in BERT. */
  rate: share.positive().default(0.15),
  /** Share of the masked pieces that are shown as [MASK]; of the rest, half are replaced and half stay (paper 3.4). */
  shownAsMask: share.default(0.8),
  /**
   * Levels of patches that are read, from the first. 3 gives 14 patches of 55, and a step at 0.6 of the cost (captions
   * of 28 pieces, wasm); 0 reads the captions alone.
   */
  levels: z.number().int().min(0).max(levels.length).default(levels.length),
  /** Share of each level's patches that a step reads; a smaller one makes steps cheaper. */
  patchShare: share.positive().default(1),
  weight: weight.default(1),
});

export type WordsOptions = z.infer<typeof schema>;

export interface WordsBatch extends MaskedCaptions {
  /** The photographs of the captions, undistorted; undefined if no level is read. */
  readonly image: ImageBatch | undefined;
}

/**
 * Masked words of matching pairs, read with an undistorted photograph: the words of the paper's joint pass (3.4), in a
 * pass of their own. In the joint pass alone a small model learns fewer words than counting teaches, because half of
 * its captions are another product's and most of its cost is in the puzzles (docs/decisions/0020).
 */
export const words: Objective<WordsOptions, WordsBatch> = {
  schema,
  check: ({ batchSize }, { microBatches }) => inMicroBatches('batchSize', batchSize, microBatches),
  withoutEffect: ({ weight, levels, patchShare }) =>
    idle([
      [weight === 0, [], { weight }, 'its weight is 0'],
      [levels === 0 && patchShare < 1, ['patchShare'], patchShare, 'levels is 0: no patch is read'],
    ]),
  drawsGroups: () => false,
  learns: ({ weight }) => weight > 0,
  examples: ({ batchSize }) => batchSize,
  async batch({ batchSize, rate, shownAsMask, levels: read, patchShare }, { catalogue, features, vocabulary }, place) {
    const rows = place.rowsOfOneLength('words', batchSize, catalogue.lengths);
    const random = place.random('words');
    const masking = { rate, shownAsMask, predictions: catalogue.textLength };
    const captions = rows.map((row) => maskRow(catalogue, row, vocabulary, masking, random));
    const end = levels.slice(0, read).reduce((sum, { patches }) => sum + patches, 0);
    const patches = drawPatches(patchShare, random).filter((patch) => patch < end);
    return {
      ...maskedBatch(catalogue, rows, captions),
      image: patches.length === 0 ? undefined : await imageBatch(features, rows, patches),
    };
  },
  losses({ weight }, encoder, batch, dropout) {
    const { text, image, maskedPositions, maskedLabels, maskedWeights } = batch;
    const logits = encoder.predictTokens(text, image, maskedPositions, dropout); // [B M, V]
    const labels = tf.tensor(maskedLabels, [maskedLabels.length], 'int32');
    const value = maskedTokenLoss(logits, labels, tf.tensor(maskedWeights, [maskedWeights.length]));
    return [{ name: 'words', value, weight }];
  },
  notes: ({ levels: read }) => [
    read === 0
      ? 'Masked words were also learned from captions alone, which the paper does not do.'
      : 'Masked words were also learned in a pass of their own, with undistorted photographs of matching pairs; the paper learns them in the joint pass alone.',
  ],
};
