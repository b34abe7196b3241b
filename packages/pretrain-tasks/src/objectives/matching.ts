import { ops, type Tensor, tf } from '@kaleido/backend';
import { z } from 'zod';
import { matchingChoiceLoss, matchingDistillationLoss } from '../losses.ts';
import { excludedPairs, type PairBatch, pairBatch } from '../pair-batch.ts';
import type { Objective } from './objective.ts';
import { count, idle, inMicroBatches, share, weight } from './settings.ts';

const schema = z.strictObject({
  /** Groups per step. */
  groups: count,
  /** Products that a caption chooses among. */
  groupSize: count.default(4),
  wordDropout: share.default(0.1),
  /** Share of each level's patches that a step reads. */
  patchShare: share.positive().default(1),
  /** Share of the paper's yes-or-no form; it keeps the two logits a probability. */
  binaryWeight: weight.default(0.1),
  weight: weight.default(1),
  /**
   * The probabilities of the joint space, as a second target; its weight is in addition to the choice's. Temperature
   * 0.1: at the 0.06 that the joint space is trained with, the right answer has nearly all of the target.
   */
  distillation: z
    .strictObject({ weight: weight.default(1), temperature: z.number().positive().default(0.1) })
    .optional(),
});

export type MatchingOptions = z.infer<typeof schema>;

export interface MatchingBatch extends PairBatch {
  /** [G, n, n] 1 where caption and image are neither a pair nor negatives of each other; absent if nowhere */
  readonly excluded?: Float32Array;
}

/**
 * Image-text matching as a choice among the products of a group, every caption with every image through the whole network.
 * Not the paper's form, which at this scale stays at chance (docs/decisions/0004, 0008).
 */
export const matching: Objective<MatchingOptions, MatchingBatch> = {
  schema,
  check: ({ groups }, { microBatches }) => inMicroBatches('groups', groups, microBatches),
  withoutEffect: ({ weight, binaryWeight, distillation, groupSize }) =>
    idle([
      [weight === 0, [], { weight }, 'its weight is 0'],
      [distillation?.weight === 0, ['distillation'], distillation, 'its weight is 0'],
      [
        groupSize === 1 && binaryWeight === 0,
        [],
        { groupSize, binaryWeight },
        'a caption has nothing to choose among where groupSize is 1, and binaryWeight is 0',
      ],
    ]),
  drawsGroups: ({ groupSize }) => groupSize > 1,
  learns: ({ weight }) => weight > 0,
  examples: ({ groups, groupSize }) => groups * groupSize ** 2,
  async batch(options, sources, place) {
    const anchors = place.rows('matching', options.groups, sources.catalogue.rows);
    const pairs = await pairBatch(sources, anchors, options, place.random('matching'));
    const excluded = excludedInGroups(
      excludedPairs(sources.negatives, pairs.rows),
      pairs.rows.length,
      options.groupSize,
    );
    return { ...pairs, ...(excluded === undefined ? {} : { excluded }) };
  },
  losses(options, encoder, batch, dropout) {
    const { groupSize: n, binaryWeight, weight, distillation } = options;
    const N = batch.rows.length;
    const pairs = N * n;
    const logits = encoder.matchPairs(
      {
        text: batch.text,
        image: batch.image,
        captions: Int32Array.from({ length: pairs }, (_, pair) => Math.floor(pair / n)),
        images: Int32Array.from({ length: pairs }, (_, pair) => Math.floor(pair / (n * n)) * n + (pair % n)),
      },
      dropout,
    ); // [N n, 2]
    const excluded = batch.excluded && tf.tensor(batch.excluded, [N / n, n, n]);
    const choice = { name: 'matchingChoice', value: matchingChoiceLoss(logits, n, binaryWeight, excluded), weight };
    if (distillation === undefined) return [choice];
    // The joint space teaches as it would score: without dropout, and not trained by its student.
    const grouped = (joint: Tensor): Tensor => tf.reshape(ops.stopGradient(joint), [N / n, n, -1]); // [G, n, J]
    const captions = grouped(encoder.encodeCaptions(batch.text).joint);
    const images = grouped(encoder.projectImages(batch.image));
    const similarities = tf.matMul(captions, images, false, true); // [G, n, n]
    return [
      choice,
      {
        name: 'matchingDistillation',
        value: matchingDistillationLoss(logits, similarities, distillation.temperature, excluded),
        weight: weight * distillation.weight,
      },
    ];
  },
  notes: ({ distillation }) => [
    'Matching was trained as a choice among a few products as well; the paper trains it as yes or no alone.',
    ...(distillation === undefined
      ? []
      : [
          'The matching head also learned what the joint space makes of the same products; the paper has no such objective.',
        ]),
  ],
};

/** The groups' blocks on the diagonal, [G, n, n]; undefined if nothing is excluded. */
function excludedInGroups(excluded: Float32Array, N: number, n: number): Float32Array | undefined {
  const squares = new Float32Array(N * n);
  for (let row = 0; row < N; row++) {
    const start = row * N + Math.floor(row / n) * n;
    squares.set(excluded.subarray(start, start + n), row * n);
  }
  return squares.some((value) => value !== 0) ? squares : undefined;
}
