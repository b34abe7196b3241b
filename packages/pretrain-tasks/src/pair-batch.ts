import type { RandomStream } from '@kaleido/foundation';
import type { FeatureReader, ImageBatch, TextBatch } from '@kaleido/layout';
import type { TaskCatalogue } from './catalogue.ts';
import { drawPatches, imageBatch } from './image-batch.ts';
import type { NegativeSampler } from './negatives.ts';
import { textBatch } from './text-batch.ts';

/** Captions and undistorted images of the same rows, pair by pair; no tensors. */
export interface PairBatch {
  /** [B] rows of the catalogue */
  readonly rows: readonly number[];
  readonly text: TextBatch;
  readonly image: ImageBatch;
}

/** Where pairs come from. */
export interface PairSources {
  readonly catalogue: TaskCatalogue;
  readonly features: FeatureReader;
  readonly negatives: NegativeSampler;
}

export interface PairBatchOptions {
  /** Each given row gets its group: itself and `groupSize` - 1 others of its sub-category. 1 adds none. */
  readonly groupSize: number;
  /** Share of caption pieces hidden, 0 for none: titles are short, and a model soon memorises their words. */
  readonly wordDropout: number;
  /**
   * Share of each level's patches that the batch reads: the same for every image, drawn again for each batch. Default:
   * all. The cost of a step grows with the patches, and half of them teach the joint space nearly as much.
   */
  readonly patchShare?: number;
  /** Which of the 55 patches the batch reads; default: those that `patchShare` draws. */
  readonly patches?: readonly number[] | undefined;
}

/** The rows of a batch: the given ones with their groups, group after group. */
export function pairRows(
  { negatives }: Pick<PairSources, 'negatives'>,
  anchors: readonly number[],
  groupSize: number,
  random: RandomStream,
): readonly number[] {
  return groupSize === 1 ? anchors : anchors.flatMap((row) => negatives.drawGroup(row, groupSize - 1, random));
}

/** The pairs of the given rows and of their groups. */
export async function pairBatch(
  sources: PairSources,
  anchors: readonly number[],
  { groupSize, wordDropout, patchShare = 1, patches }: PairBatchOptions,
  random: RandomStream,
): Promise<PairBatch> {
  const { catalogue, features } = sources;
  const rows = pairRows(sources, anchors, groupSize, random);
  const text = textBatch(catalogue, rows);
  if (wordDropout > 0) hideWords(text, catalogue, rows, wordDropout, random);
  const seen = patches ?? (patchShare < 1 ? drawPatches(patchShare, random) : undefined);
  return { rows, text, image: await imageBatch(features, rows, seen) };
}

/** Hides pieces from attention and from means; [CLS] and [SEP] stay. */
function hideWords(
  { mask, textLength }: TextBatch,
  catalogue: TaskCatalogue,
  rows: readonly number[],
  rate: number,
  random: RandomStream,
): void {
  for (const [b, row] of rows.entries())
    for (let at = 1; at < (catalogue.lengths[row] as number) - 1; at++)
      if (random.chance(rate)) mask[b * textLength + at] = 0;
}

/** [B, B] 1 where two rows are neither a pair nor negatives of each other: same product, words or picture. */
export function excludedPairs({ fits }: NegativeSampler, rows: readonly number[]): Float32Array {
  const B = rows.length;
  const excluded = new Float32Array(B * B);
  for (const [i, a] of rows.entries())
    for (const [j, b] of rows.entries()) if (i !== j && !fits(a, b)) excluded[i * B + j] = 1;
  return excluded;
}
