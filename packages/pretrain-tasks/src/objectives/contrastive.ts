import { type Tensor, tf } from '@kaleido/backend';
import type { Gathered } from '@kaleido/training';
import { z } from 'zod';
import { contrastiveLoss } from '../losses.ts';
import { excludedPairs, type PairBatch, type PairSources, pairBatch, pairRows } from '../pair-batch.ts';
import type { BatchPlace, LossTerm, Objective, SettingsIssue } from './objective.ts';
import { count, idle, share, weight } from './settings.ts';

const schema = z.strictObject({
  /** Pairs per step; each chooses among all of them. */
  batchSize: count,
  /** Products of one sub-category that are batched together; 1 is a plain random batch. */
  groupSize: count.default(4),
  /** Share of caption pieces hidden: titles are short, and a model soon memorises their words. */
  wordDropout: share.default(0.1),
  /** Share of each level's patches that a step reads; a smaller one makes steps cheaper. */
  patchShare: share.positive().default(1),
  /** Divisor of the similarities; 0.07 as in CLIP. */
  temperature: z.number().positive().default(0.07),
  weight: weight.default(1),
  /** Weight of the same loss between the plain means, from which the matching head starts. */
  meanWeight: weight.default(0.5),
  /**
   * Pairs per step whose plain means are compared, if the joint space reads the whole garment: means need the patches,
   * and cost many times as much. Default: all of the batch.
   */
  meanBatchSize: count.optional(),
  /** Share of the joint space's target that is spread over the batch; 0 as in CLIP. */
  labelSmoothing: share.lt(1).default(0),
  /** Additional pairs of `data.more` per step: in the joint space only, which must read the whole garment. */
  more: z.strictObject({ batchSize: count, weight: weight.default(1) }).optional(),
});

export type ContrastiveOptions = z.infer<typeof schema>;

/** Pairs, and which pairs of the whole step are not negatives of each other. */
interface ContrastivePairs {
  readonly pairs: PairBatch;
  /** [pairs of the step, pairs of the step] */
  readonly excluded: Float32Array;
}

export interface ContrastiveBatch {
  readonly joint: ContrastivePairs;
  /** The pairs whose means are compared, if they are not those of `joint`. */
  readonly means?: ContrastivePairs;
  readonly more?: ContrastivePairs;
}

/**
 * Captions and images in one space: InfoNCE over the whole step, in both directions. Not in the paper; without it a
 * small model does not learn to match (docs/decisions/0004).
 */
export const contrastive: Objective<ContrastiveOptions, ContrastiveBatch> = {
  schema,
  check(options, { microBatches }) {
    const { batchSize, groupSize, meanBatchSize, more } = options;
    const of = microBatches * groupSize;
    const issues: SettingsIssue[] = [];
    for (const [path, value] of [
      [['batchSize'], batchSize],
      [['meanBatchSize'], meanBatchSize ?? of],
      [['more', 'batchSize'], more?.batchSize ?? of],
    ] as const)
      if (value % of !== 0)
        issues.push({
          path,
          message: `must be a multiple of ${of}: ${microBatches} micro-batches of whole groups of ${groupSize}`,
        });
    if (meanBatchSize !== undefined && meanBatchSize > batchSize)
      issues.push({
        path: ['meanBatchSize'],
        message: 'must not be more than batchSize: they are pairs of that batch',
      });
    return issues;
  },
  withoutEffect(options, { jointPatches }) {
    const { weight, meanWeight, meanBatchSize, patchShare, labelSmoothing, more } = options;
    const learnsMore = more !== undefined && more.weight > 0;
    return idle([
      [
        weight === 0 && meanWeight === 0 && !learnsMore,
        [],
        { weight, meanWeight },
        'its weight and its meanWeight are 0',
      ],
      [meanWeight === 0 && meanBatchSize !== undefined, ['meanBatchSize'], meanBatchSize, 'meanWeight is 0'],
      [
        jointPatches !== undefined && meanWeight === 0 && patchShare < 1,
        ['patchShare'],
        patchShare,
        'meanWeight is 0, and a joint space of joint_view "whole" looks at one patch alone',
      ],
      [
        weight === 0 && !learnsMore && labelSmoothing > 0,
        ['labelSmoothing'],
        labelSmoothing,
        "weight is 0, and it smooths the joint space's targets alone",
      ],
      [more?.weight === 0, ['more'], more, 'its weight is 0'],
    ]);
  },
  drawsGroups: ({ groupSize }) => groupSize > 1,
  learns: ({ weight, meanWeight, more }) => weight + meanWeight + (more?.weight ?? 0) > 0,
  examples: ({ batchSize, more }, seesMore) => batchSize + ((seesMore && more?.batchSize) || 0),
  async batch(options, sources, place) {
    const { batchSize, groupSize, meanBatchSize = batchSize, meanWeight, more } = options;
    const { jointPatches } = sources;
    const anchors = (microBatch: number): number[] =>
      place.rows('contrastive', batchSize / groupSize, sources.catalogue.rows, microBatch);
    const joint = await contrastivePairs({ ...options, patches: jointPatches }, sources, place, 'contrastive', anchors);
    const meanAnchors = meanBatchSize / groupSize / place.microBatches;
    const means =
      jointPatches === undefined || meanWeight === 0
        ? undefined
        : await contrastivePairs(options, sources, place, 'means', (microBatch) =>
            anchors(microBatch).slice(0, meanAnchors),
          );
    // Further products have a separate batch: among others, the size of their photographs would give them away.
    const further =
      more &&
      sources.more &&
      (await contrastivePairs({ ...options, patches: jointPatches }, sources.more, place, 'more', (microBatch) =>
        place.rows('more', more.batchSize / groupSize, (sources.more as PairSources).catalogue.rows, microBatch),
      ));
    return {
      joint,
      ...(means === undefined ? {} : { means }),
      ...(further === undefined ? {} : { more: further }),
    };
  },
  embed({ meanWeight }, encoder, { joint, means, more }, dropout) {
    const sides = (text: Tensor, image: Tensor): Tensor => tf.concat([text, image], 1); // [rows, 2 J] or [rows, 2 D]
    const jointly = ({ pairs }: ContrastivePairs): Tensor =>
      sides(encoder.encodeCaptions(pairs.text, dropout).joint, encoder.projectImages(pairs.image, dropout));
    const embeddings: Record<string, Tensor> = {};
    if (means !== undefined || meanWeight === 0) embeddings.joint = jointly(joint);
    const { pairs } = means ?? joint;
    if (meanWeight > 0) {
      const captions = encoder.encodeCaptions(pairs.text, dropout);
      const images = encoder.encodeImages(pairs.image, dropout);
      embeddings.joint ??= sides(captions.joint, images.joint);
      // The plain means are compared too: matching starts from them, for attention can take a mean but not a
      // projection.
      embeddings.means = sides(unit(captions.mean), unit(images.mean));
    }
    if (more !== undefined) embeddings.more = jointly(more);
    return embeddings;
  },
  losses(options, _encoder, { joint, means, more }, _dropout, gathered) {
    const { temperature, labelSmoothing, weight, meanWeight } = options;
    const terms: LossTerm[] = [];
    const add = (name: string, from: Gathered | undefined, pairs: ContrastivePairs, smoothing: number, of: number) => {
      if (from === undefined) return;
      const [rows, W] = from.all.shape as [number, number];
      const side = (start: number): Tensor => tf.slice(from.all, [0, start], [rows, W / 2]);
      const excluded = tf.tensor(pairs.excluded, [rows, rows]);
      const value = contrastiveLoss(side(0), side(W / 2), excluded, temperature, smoothing);
      terms.push({ name, value, weight: of });
    };
    add('contrastive', gathered.joint, joint, labelSmoothing, weight);
    add('contrastiveMeans', gathered.means, means ?? joint, 0, meanWeight);
    if (more !== undefined) add('contrastiveMore', gathered.more, more, labelSmoothing, options.more?.weight ?? 0);
    return terms;
  },
  notes: () => [
    'A contrastive objective was on, which the paper does not have: without it small models hardly learn to match.',
  ],
};

/** A micro-batch's pairs, with the exclusions of the whole step: the rows of the other micro-batches are drawn again. */
async function contrastivePairs(
  options: ContrastiveOptions & { readonly patches?: readonly number[] | undefined },
  sources: PairSources,
  place: BatchPlace,
  name: string,
  anchors: (microBatch: number) => readonly number[],
): Promise<ContrastivePairs> {
  const pairs = await pairBatch(sources, anchors(place.microBatch), options, place.random(name));
  const rows = Array.from({ length: place.microBatches }, (_, microBatch) =>
    microBatch === place.microBatch
      ? pairs.rows
      : pairRows(sources, anchors(microBatch), options.groupSize, place.random(name, microBatch)),
  ).flat();
  return { pairs, excluded: excludedPairs(sources.negatives, rows) };
}

function unit(x: Tensor): Tensor {
  return tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), 1, true), 1e-12)));
}
