import type { RandomStream } from '@kaleido/foundation';
import {
  type FeatureTable,
  type ImageBatch,
  levelByName,
  patchCount,
  slotRange,
  featureSlots as slots,
  type TextBatch,
} from '@kaleido/layout';
import type { KaleidoBertConfig } from '@kaleido/model';
import type { TaskCatalogue } from './catalogue.ts';
import { positionsOf } from './image-batch.ts';
import type { NegativeSampler } from './negatives.ts';
import { camouflageLabels, jigsawLabels, jigsawPermutations, rotationLabels } from './puzzles.ts';
import { commonLength } from './text-batch.ts';
import { type MaskingOptions, type MaskingVocabulary, maskCaption } from './token-masking.ts';

/** One batch of the paper's pre-training: masked captions, distorted images and every task's answer; no tensors. */
export interface PretrainBatch {
  /** [B] the catalogue's rows of the photographs */
  readonly rows: readonly number[];
  readonly text: TextBatch;
  readonly image: ImageBatch;
  /** AMLM: [B, M] places, pieces and weights; weight 0 = no prediction */
  readonly maskedPositions: Int32Array;
  readonly maskedLabels: Int32Array;
  readonly maskedWeights: Float32Array;
  /** ITM: [B] 1 = the caption is the photograph's */
  readonly matchLabels: Int32Array;
  readonly rotationLabels: Int32Array;
  readonly jigsawLabels: Int32Array;
  readonly camouflageLabels: Int32Array;
  /** [B] the rows that the camouflaged patches are from */
  readonly intruders: Int32Array;
  /** [B, 2] which level 4 patches are grey, and [B, 2, F] their features in colour */
  readonly greyIds: Int32Array;
  readonly greyTargets: Float32Array;
  /** [B, 3] which level 5 patches are blank, and [B, 3, F] their features */
  readonly blankIds: Int32Array;
  readonly blankTargets: Float32Array;
}

export interface PretrainBatchOptions {
  readonly masking: MaskingOptions;
  /** Share of pairs whose caption is another product's; 0.5 as in BERT's next sentence and FashionBERT. */
  readonly mismatchRate: number;
  /** Patches greyed at level 4; 2 (paper 3.4). */
  readonly greyPatches: number;
  /** Patches blanked at level 5; 3 (paper 3.4). */
  readonly blankPatches: number;
}

/** The paper's settings. */
export const paperBatchOptions: PretrainBatchOptions = {
  masking: { rate: 0.15, predictions: 10 },
  mismatchRate: 0.5,
  greyPatches: 2,
  blankPatches: 3,
};

/** The paper's settings, with as many patches greyed and blanked as a model's configuration says. */
export function batchOptions(
  config: Pick<KaleidoBertConfig, 'masked_greymask_patch_num' | 'masked_blankmask_patch_num'>,
): PretrainBatchOptions {
  return {
    ...paperBatchOptions,
    greyPatches: config.masked_greymask_patch_num,
    blankPatches: config.masked_blankmask_patch_num,
  };
}

export interface PretrainSources {
  readonly catalogue: TaskCatalogue;
  readonly features: FeatureTable;
  readonly negatives: NegativeSampler;
  readonly vocabulary: MaskingVocabulary;
}

/**
 * Draws a batch for the given photographs: index operations over the 74 vectors, so that every epoch sees other
 * rotations, permutations, intruders and masks (the released data froze one of each a row).
 */
export function pretrainBatch(
  { catalogue, features: table, negatives, vocabulary }: PretrainSources,
  rows: readonly number[],
  options: PretrainBatchOptions,
  random: RandomStream,
): PretrainBatch {
  const B = rows.length;
  const F = table.featureWidth;
  const M = options.masking.predictions;
  const G = options.greyPatches;
  const K = options.blankPatches;

  const matchLabels = new Int32Array(B);
  const captionRows = rows.map((row, b) => {
    if (random.chance(options.mismatchRate)) return negatives.draw(row, random);
    matchLabels[b] = 1;
    return row;
  });

  const T = commonLength(catalogue, captionRows);
  const ids = new Int32Array(B * T);
  const mask = new Float32Array(B * T);
  const maskedPositions = new Int32Array(B * M);
  const maskedLabels = new Int32Array(B * M);
  const maskedWeights = new Float32Array(B * M);
  for (let b = 0; b < B; b++) {
    const row = captionRows[b] as number;
    const start = row * catalogue.textLength;
    const length = catalogue.lengths[row] as number;
    const caption = maskCaption(
      catalogue.ids.subarray(start, start + length),
      catalogue.wordStarts.subarray(start, start + length),
      length,
      vocabulary,
      options.masking,
      random,
    );
    ids.set(caption.ids, b * T);
    mask.fill(1, b * T, b * T + length);
    maskedPositions.set(caption.positions, b * M);
    maskedLabels.set(caption.labels, b * M);
    maskedWeights.set(caption.weights, b * M);
  }

  const features = new Float32Array(B * patchCount * F);
  const rotations = new Int32Array(B);
  const jigsaws = new Int32Array(B);
  const camouflages = new Int32Array(B);
  const intruders = new Int32Array(B);
  const greyIds = new Int32Array(B * G);
  const greyTargets = new Float32Array(B * G * F);
  const blankIds = new Int32Array(B * K);
  const blankTargets = new Float32Array(B * K * F);
  const blankKeep = new Float32Array(B * 25).fill(1);
  for (let b = 0; b < B; b++) {
    const row = rows[b] as number;
    const at = (patch: number): number => (b * patchCount + patch) * F;

    const turns = random.integer(rotationLabels);
    rotations[b] = turns;
    table.copy(row, [slots.rotation.start + turns], features, at(levelByName.rotation.start));

    const order = random.integer(jigsawLabels);
    jigsaws[b] = order;
    const permutation = jigsawPermutations[order] as readonly number[];
    const shuffled = permutation.map((patch) => slots.jigsaw.start + patch);
    table.copy(row, shuffled, features, at(levelByName.jigsaw.start));

    table.copy(row, slotRange(slots.camouflage.start, 9), features, at(levelByName.camouflage.start));
    const intruder = random.integer(camouflageLabels);
    camouflages[b] = intruder;
    const other = negatives.draw(row, random);
    intruders[b] = other;
    table.copy(other, [slots.camouflage.start + intruder], features, at(levelByName.camouflage.start + intruder));

    table.copy(row, slotRange(slots.colour.start, 16), features, at(levelByName.grey.start));
    for (const [i, patch] of distinct(G, 16, random).entries()) {
      greyIds[b * G + i] = patch;
      table.copy(row, [slots.colour.start + patch], greyTargets, (b * G + i) * F);
      table.copy(row, [slots.grey.start + patch], features, at(levelByName.grey.start + patch));
    }

    table.copy(row, slotRange(slots.blank.start, 25), features, at(levelByName.blank.start));
    for (const [i, patch] of distinct(K, 25, random).entries()) {
      blankIds[b * K + i] = patch;
      blankKeep[b * 25 + patch] = 0;
      table.copy(row, [slots.blank.start + patch], blankTargets, (b * K + i) * F);
    }
  }

  return {
    rows,
    text: { size: B, textLength: T, ids, mask },
    image: { size: B, featureWidth: F, features, positions: positionsOf(table, rows), blankKeep },
    maskedPositions,
    maskedLabels,
    maskedWeights,
    matchLabels,
    rotationLabels: rotations,
    jigsawLabels: jigsaws,
    camouflageLabels: camouflages,
    intruders,
    greyIds,
    greyTargets,
    blankIds,
    blankTargets,
  };
}

/** `count` different integers below `bound`, ascending. */
function distinct(count: number, bound: number, random: RandomStream): number[] {
  const drawn = new Set<number>();
  while (drawn.size < count) drawn.add(random.integer(bound));
  return [...drawn].sort((a, b) => a - b);
}
