import { tf } from '@kaleido/backend';
import { z } from 'zod';
import { maskedTokenLoss } from '../losses.ts';
import { type PairBatch, pairBatch } from '../pair-batch.ts';
import type { Objective } from './objective.ts';
import { count, idle, inMicroBatches, share, weight } from './settings.ts';

const schema = z.strictObject({
  /** Pairs per step. */
  batchSize: count,
  /** Share of each level's patches that a step reads; 1, since captions are written from all of them. */
  patchShare: share.positive().default(1),
  weight: weight.default(1),
});

/**
 * Steps of an epoch from which on a step has captions of one length, so that little of it is padding. Fewer products of one
 * caption length are often of one kind: from steps of one kind each, 150 drawn garments learned to say the same of all.
 */
const leastStepsOfOneLength = 8;

export type CaptioningOptions = z.infer<typeof schema>;

/**
 * Captions from left to right: at every position, the next piece from the pieces so far and the patches, up to [SEP].
 * Mean cross-entropy over the pieces. The paper predicts all pieces at once; this is what `generateCaptions` of
 * @kaleido/model needs to write them one by one.
 */
export const captioning: Objective<CaptioningOptions, PairBatch> = {
  schema,
  check: ({ batchSize }, { microBatches }) => inMicroBatches('batchSize', batchSize, microBatches),
  withoutEffect: ({ weight }) => idle([[weight === 0, [], { weight }, 'its weight is 0']]),
  drawsGroups: () => false,
  learns: ({ weight }) => weight > 0,
  examples: ({ batchSize }) => batchSize,
  batch({ batchSize, patchShare }, sources, place) {
    const { rows: N, lengths } = sources.catalogue;
    const rows =
      N < leastStepsOfOneLength * batchSize
        ? place.rows('captioning', batchSize, N)
        : place.rowsOfOneLength('captioning', batchSize, lengths);
    return pairBatch(sources, rows, { groupSize: 1, wordDropout: 0, patchShare }, place.random('captioning'));
  },
  losses({ weight }, encoder, { text, image }, dropout) {
    const { size: B, textLength: T } = text;
    const M = T - 1;
    /** [B, M] what the positions but the last predict: the values one place further. */
    const next = <Values extends Int32Array | Float32Array>(values: Values): Values =>
      values.filter((_, at) => at % T > 0) as Values;
    const places = Int32Array.from({ length: B * M }, (_, at) => at % M);
    const value = maskedTokenLoss(
      encoder.readCausally(text, image, dropout).nextAt(places), // [B M, V]
      tf.tensor(next(text.ids), [B * M], 'int32'),
      tf.tensor(next(text.mask), [B * M]),
    );
    return [{ name: 'captioning', value, weight }];
  },
  notes: () => ['Captions were also learned piece by piece from left to right; the paper predicts all pieces at once.'],
};
