import type { RandomStream } from '@kaleido/foundation';
import {
  type Alignment,
  type FeatureReader,
  type FeatureTable,
  type ImageBatch,
  type LevelName,
  levelByName,
  patchCount,
  slotRange,
  featureSlots as slots,
} from '@kaleido/layout';
import type { KaleidoBertConfig } from '@kaleido/model';
import { drawGuided, fillPatches, type GuidedDraw, type HiddenLevel } from './alignment-guided-masking.ts';
import type { TaskCatalogue } from './catalogue.ts';
import { positionsOf } from './image-batch.ts';
import { type MaskedCaptions, maskedBatch, maskRow } from './masked-captions.ts';
import type { NegativeSampler } from './negatives.ts';
import { jigsawLabels, jigsawPermutations, type PuzzleTask, puzzleTasks, rotationLabels } from './puzzles.ts';
import type { MaskingOptions, MaskingVocabulary } from './token-masking.ts';

/** One batch of the paper's pre-training: masked captions, distorted images and every task's answer; no tensors. */
export interface PretrainBatch extends MaskedCaptions {
  /** [B] the catalogue's rows of the photographs */
  readonly rows: readonly number[];
  readonly image: ImageBatch;
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
  /** Whether the words of another product's caption are asked for too. Default: true, as in BERT. */
  readonly maskMismatched?: boolean;
  /** Patches greyed at level 4; 2 (paper 3.4). */
  readonly greyPatches: number;
  /** Patches blanked at level 5; 3 (paper 3.4). */
  readonly blankPatches: number;
  /**
   * The puzzles that are set; the levels of the others show the photograph as it is, and their labels mean nothing,
   * except that rotation's and jigsaw's are 0. Default: all five.
   */
  readonly puzzles?: readonly PuzzleTask[];
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

/** Where the batches of the paper's tasks come from. */
export interface PretrainSources {
  readonly catalogue: TaskCatalogue;
  readonly features: FeatureReader;
  readonly negatives: NegativeSampler;
  readonly vocabulary: MaskingVocabulary;
  /** The pairs of a row's caption and photograph: what is hidden is guided by them. Omitted: it is random. */
  readonly alignments?: AlignmentsOfRow | undefined;
}

/** The aligned pairs of a row; none: what is hidden of it is random. */
export type AlignmentsOfRow = (row: number) => readonly Alignment[];

/** What was drawn for one image. */
interface DrawnPuzzles {
  /** Quarter turns of level 1. */
  readonly turns: number;
  /** Index of level 2's permutation. */
  readonly order: number;
  /** Which patch of level 3 is another product's, and that product's row. */
  readonly intruder: number;
  readonly other: number;
  /** Patches greyed at level 4 and blanked at level 5. */
  readonly grey: readonly number[];
  readonly blank: readonly number[];
}

/**
 * Draws a batch for the given images: index operations over the 74 vectors, so that every epoch sees other rotations,
 * permutations, intruders and masks (the released data fixed one of each per row). All draws come before the features
 * are loaded.
 */
export async function pretrainBatch(
  { catalogue, features, negatives, vocabulary, alignments }: PretrainSources,
  rows: readonly number[],
  options: PretrainBatchOptions,
  random: RandomStream,
): Promise<PretrainBatch> {
  const matchLabels = new Int32Array(rows.length);
  const captionRows = rows.map((row, b) => {
    if (random.chance(options.mismatchRate)) return negatives.draw(row, random);
    matchLabels[b] = 1;
    return row;
  });
  const { masking, greyPatches, blankPatches, puzzles = puzzleTasks } = options;
  const wanted = new Set(puzzles);
  const hides = (puzzle: PuzzleTask, count: number): number => (wanted.has(puzzle) ? count : 0);
  const guided = rows.map((): GuidedDraw | undefined => undefined);
  const masked = captionRows.map((row, b) => {
    // Pairs are of a caption with its own photograph.
    const pairs = matchLabels[b] === 1 ? (alignments?.(row) ?? []) : [];
    if (pairs.length === 0) return maskRow(catalogue, row, vocabulary, masking, random);
    const patches = {
      camouflage: hides('camouflage', 1),
      grey: hides('greyToColour', greyPatches),
      blank: hides('blankToColour', blankPatches),
    };
    return maskRow(catalogue, row, vocabulary, masking, random, (words, pieces) => {
      const draw = drawGuided(pairs, words, { pieces, mostPieces: masking.predictions, patches }, random);
      guided[b] = draw;
      return draw;
    });
  });
  const captions = maskedBatch(catalogue, captionRows, masked, masking.predictions);
  if (options.maskMismatched === false)
    for (const [b, match] of matchLabels.entries())
      if (match === 0) captions.maskedWeights.fill(0, b * masking.predictions, (b + 1) * masking.predictions);
  const drawn = rows.map((row, b): DrawnPuzzles => {
    const draw = guided[b];
    const hidden = (level: HiddenLevel, count: number): number[] =>
      draw === undefined
        ? distinct(count, levelByName[level].patches, random)
        : fillPatches(draw, level, count, random);
    // Drawn whether set or not, so that leaving one out changes no other draw.
    const [turns, order] = [random.integer(rotationLabels), random.integer(jigsawLabels)];
    return {
      turns: wanted.has('rotation') ? turns : 0,
      order: wanted.has('jigsaw') ? order : 0,
      intruder: hidden('camouflage', 1)[0] as number,
      other: negatives.draw(row, random),
      grey: hidden('grey', greyPatches),
      blank: hidden('blank', blankPatches),
    };
  });
  const table = await features.load([...rows, ...drawn.map(({ other }) => other)]);
  return { rows, ...captions, matchLabels, ...distortedImages(table, rows, drawn, wanted) };
}

type ImagePart = Exclude<keyof PretrainBatch, keyof MaskedCaptions | 'rows' | 'matchLabels'>;

function distortedImages(
  table: FeatureTable,
  rows: readonly number[],
  drawn: readonly DrawnPuzzles[],
  wanted: ReadonlySet<PuzzleTask>,
): Pick<PretrainBatch, ImagePart> {
  const B = rows.length;
  const F = table.featureWidth;
  const G = drawn[0]?.grey.length ?? 0;
  const K = drawn[0]?.blank.length ?? 0;
  const features = new Float32Array(B * patchCount * F); // [B, 55, F]
  const greyTargets = new Float32Array(B * G * F);
  const blankTargets = new Float32Array(B * K * F);
  const blankKeep = new Float32Array(B * levelByName.blank.patches).fill(1);
  for (const [b, row] of rows.entries()) {
    const { turns, order, intruder, other, grey, blank } = drawn[b] as DrawnPuzzles;
    const at = (level: LevelName, patch = 0): number => (b * patchCount + levelByName[level].start + patch) * F;
    table.copy(row, [slots.rotation.start + turns], features, at('rotation'));
    const permutation = jigsawPermutations[order] as readonly number[];
    const shuffled = permutation.map((patch) => slots.jigsaw.start + patch);
    table.copy(row, shuffled, features, at('jigsaw'));
    table.copy(row, slotRange(slots.camouflage.start, levelByName.camouflage.patches), features, at('camouflage'));
    if (wanted.has('camouflage'))
      table.copy(other, [slots.camouflage.start + intruder], features, at('camouflage', intruder));
    table.copy(row, slotRange(slots.colour.start, levelByName.grey.patches), features, at('grey'));
    for (const [i, patch] of grey.entries()) {
      table.copy(row, [slots.colour.start + patch], greyTargets, (b * G + i) * F);
      if (wanted.has('greyToColour')) table.copy(row, [slots.grey.start + patch], features, at('grey', patch));
    }
    table.copy(row, slotRange(slots.blank.start, levelByName.blank.patches), features, at('blank'));
    for (const [i, patch] of blank.entries()) {
      if (wanted.has('blankToColour')) blankKeep[b * levelByName.blank.patches + patch] = 0;
      table.copy(row, [slots.blank.start + patch], blankTargets, (b * K + i) * F);
    }
  }
  const each = (pick: (puzzles: DrawnPuzzles) => number): Int32Array => Int32Array.from(drawn, pick);
  return {
    image: { size: B, featureWidth: F, features, positions: positionsOf(table, rows), blankKeep },
    rotationLabels: each(({ turns }) => turns),
    jigsawLabels: each(({ order }) => order),
    camouflageLabels: each(({ intruder }) => intruder),
    intruders: each(({ other }) => other),
    greyIds: Int32Array.from(drawn.flatMap(({ grey }) => grey)),
    greyTargets,
    blankIds: Int32Array.from(drawn.flatMap(({ blank }) => blank)),
    blankTargets,
  };
}

/** `count` different integers below `bound`, ascending. */
function distinct(count: number, bound: number, random: RandomStream): number[] {
  const drawn = new Set<number>();
  while (drawn.size < count) drawn.add(random.integer(bound));
  return [...drawn].sort((a, b) => a - b);
}
