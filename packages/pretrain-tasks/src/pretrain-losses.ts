import { type Tensor, tf } from '@kaleido/backend';
import type { DropoutSeeds } from '@kaleido/foundation';
import type { BothSides, Encoder } from '@kaleido/model';
import { classLoss, maskedTokenLoss, reconstructionLoss, releasedReconstructionLoss } from './losses.ts';
import type { PretrainBatch } from './pretrain-batch.ts';
import { puzzleTasks } from './puzzles.ts';

/** The seven losses of the paper (3.6), scalars. */
export interface PretrainLosses {
  /** AMLM: aligned masked language modelling. */
  readonly maskedTokens: Tensor;
  /** ITM: image-text matching. */
  readonly match: Tensor;
  readonly rotation: Tensor;
  readonly jigsaw: Tensor;
  readonly camouflage: Tensor;
  readonly greyToColour: Tensor;
  readonly blankToColour: Tensor;
}

export type PretrainTask = keyof PretrainLosses;

export const pretrainTasks: readonly PretrainTask[] = ['maskedTokens', 'match', ...puzzleTasks];

/** Where the paper and the released code differ: docs/released-code.md has the list. */
export type Compat = 'paper' | 'released';

/** One pass of the model over a batch and its seven losses; the paper minimises their plain sum. */
export function pretrainLosses(
  encoder: Encoder,
  batch: PretrainBatch,
  dropout?: DropoutSeeds,
  compat: Compat = 'paper',
): PretrainLosses {
  return pretrainLossesOf(encoder, encoder.readBoth(batch.text, batch.image, dropout), batch, compat);
}

/** The losses of a pass that was already made. */
export function pretrainLossesOf(
  { standardise }: Pick<Encoder, 'standardise'>,
  { logits, tokensAt, featuresAt }: BothSides,
  batch: PretrainBatch,
  compat: Compat = 'paper',
): PretrainLosses {
  const labels = (values: Int32Array): Tensor => tf.tensor(values, [values.length], 'int32');
  const F = batch.image.featureWidth;
  const targets = (values: Float32Array): Tensor => standardise(tf.tensor(values, [values.length / F, F]));
  const greyLoss = (features: Tensor, found: Tensor): Tensor =>
    compat === 'released'
      ? releasedReconstructionLoss(features, found, batch.greyIds.length / batch.text.size)
      : reconstructionLoss(features, found);
  return {
    maskedTokens: maskedTokenLoss(
      tokensAt(batch.maskedPositions), // [B M, V]
      labels(batch.maskedLabels),
      tf.tensor(batch.maskedWeights, [batch.maskedWeights.length]),
    ),
    match: classLoss(logits.match, labels(batch.matchLabels)),
    rotation: classLoss(logits.rotation, labels(batch.rotationLabels)),
    jigsaw: classLoss(logits.jigsaw, labels(batch.jigsawLabels)),
    camouflage: classLoss(logits.camouflage, labels(batch.camouflageLabels)),
    greyToColour: greyLoss(
      targets(batch.greyTargets),
      featuresAt('grey', batch.greyIds), // [B 2, F]
    ),
    blankToColour: reconstructionLoss(
      targets(batch.blankTargets),
      featuresAt('blank', batch.blankIds), // [B 3, F]
    ),
  };
}
