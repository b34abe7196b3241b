import { ops, type Tensor, tf } from '@kaleido/backend';
import type { RandomStream } from '@kaleido/foundation';
import type { ImageBatch, TextBatch } from '@kaleido/layout';
import type { DropoutSeeds, KaleidoBert, SideEncoding } from '@kaleido/model';
import type { TaskCatalogue } from './catalogue.ts';
import { drawPatches, imageBatch, wholePatches } from './image-batch.ts';
import { contrastiveLoss, matchingChoiceLoss, matchingDistillationLoss } from './losses.ts';
import type { NegativeSampler } from './negatives.ts';
import type { PretrainSources } from './pretrain-batch.ts';
import { textBatch } from './text-batch.ts';

/** Captions and undistorted photographs of the same rows, pair by pair; no tensors. */
export interface PairBatch {
  /** The catalogue's rows, [B]. */
  readonly rows: readonly number[];
  readonly text: TextBatch;
  readonly image: ImageBatch;
  /** [B, B] 1 where another row is no negative: the same product, caption or picture. */
  readonly excluded: Float32Array;
}

export interface PairBatchOptions {
  /** Each of the given rows brings its group: itself and `groupSize` - 1 others of its sub-category. 1 brings none. */
  readonly groupSize: number;
  /** Share of caption pieces hidden, 0 for none: titles are short, and their words are learned by heart soon. */
  readonly wordDropout: number;
  /**
   * Share of each level's patches that the batch looks at, the same ones of every photograph, others the next time; all
   * where left out. A step costs by the patch, and half of them teach the joint space nearly as much.
   */
  readonly patchShare?: number;
  /** Look at level 1 alone: all that a joint space sees which reads the whole garment. */
  readonly onlyWhole?: boolean;
}

/** The pairs of the given rows and of their groups, group after group. */
export function pairBatch(
  { catalogue, features, negatives }: PretrainSources,
  anchors: readonly number[],
  { groupSize, wordDropout, patchShare = 1, onlyWhole = false }: PairBatchOptions,
  random: RandomStream,
): PairBatch {
  const rows = groupSize === 1 ? anchors : anchors.flatMap((row) => negatives.drawGroup(row, groupSize - 1, random));
  const text = textBatch(catalogue, rows);
  if (wordDropout > 0) hideWords(text, catalogue, rows, wordDropout, random);
  const some = patchShare < 1 ? drawPatches(patchShare, random) : undefined;
  const patches = onlyWhole ? wholePatches : some;
  return { rows, text, image: imageBatch(features, rows, patches), excluded: excludedRows(negatives, rows) };
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

function excludedRows(negatives: NegativeSampler, rows: readonly number[]): Float32Array {
  const B = rows.length;
  const excluded = new Float32Array(B * B);
  for (const [i, a] of rows.entries())
    for (const [j, b] of rows.entries()) if (i !== j && !negatives.fits(a, b)) excluded[i * B + j] = 1;
  return excluded;
}

export interface ContrastiveOptions {
  /** What similarities are divided by. */
  readonly temperature: number;
  /** Share of the target that is spread over the batch. */
  readonly labelSmoothing: number;
}

/** The contrastive objective: not the paper's; it is what makes a small model learn matching at all. */
export function contrastiveObjective(
  model: KaleidoBert,
  batch: PairBatch,
  { temperature, labelSmoothing }: ContrastiveOptions,
  dropout?: DropoutSeeds,
): { readonly joint: Tensor; readonly mean: Tensor } {
  const captions = encodeCaptions(model, batch, dropout);
  const image = model.imageInput(batch.image);
  const photographs = model.encodeImage(image, model.embedPatches(image, dropout), dropout);
  const excluded = excludedPairs(batch);
  return {
    joint: contrastiveLoss(captions.joint, photographs.joint, excluded, temperature, labelSmoothing),
    // The plain means must meet too: matching starts from them, for attention can take a mean and no projection.
    mean: contrastiveLoss(unit(captions.mean), unit(photographs.mean), excluded, temperature),
  };
}

/** Its joint part by the level 1 patch alone: for a model whose joint space reads no other. */
export function wholeContrastiveObjective(
  model: KaleidoBert,
  batch: PairBatch,
  { temperature, labelSmoothing }: ContrastiveOptions,
  dropout?: DropoutSeeds,
): Tensor {
  const captions = encodeCaptions(model, batch, dropout);
  const photographs = model.encodeWhole(model.imageInput(batch.image), dropout);
  return contrastiveLoss(captions.joint, photographs, excludedPairs(batch), temperature, labelSmoothing);
}

function encodeCaptions(model: KaleidoBert, batch: PairBatch, dropout?: DropoutSeeds): SideEncoding {
  const text = model.textInput(batch.text);
  return model.encodeText(model.embedText(text, dropout), text.mask, dropout);
}

function excludedPairs({ rows, excluded }: PairBatch): Tensor {
  return tf.tensor(excluded, [rows.length, rows.length]);
}

function unit(x: Tensor): Tensor {
  return tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), 1, true), 1e-12)));
}

export interface MatchingOptions {
  /** n: products that a caption chooses among. */
  readonly groupSize: number;
  /** Share of the paper's yes-or-no loss. */
  readonly binaryWeight: number;
  /** What the two sides alone make of the same group in the joint space, as a second target; none where left out. */
  readonly distillation?: Distillation | undefined;
}

export interface Distillation {
  /** Of its loss beside the choice's. */
  readonly weight: number;
  /** What the joint space's similarities are divided by: the higher, the more it says of the wrong ones. */
  readonly temperature: number;
}

export interface MatchingTerms {
  /** The choice's loss, with its share of the yes-or-no form. */
  readonly choice: Tensor;
  /** The distillation's loss, not yet weighted; where it is asked for. */
  readonly distilled?: Tensor;
}

/**
 * Every caption of a group with every photograph of it through the whole network. A group of a small catalogue may hold
 * two rows that are no negatives of each other: neither is then a wrong answer to the other.
 */
export function matchingObjective(
  model: KaleidoBert,
  batch: PairBatch,
  { groupSize: n, binaryWeight, distillation }: MatchingOptions,
  dropout?: DropoutSeeds,
): MatchingTerms {
  const N = batch.rows.length;
  const text = model.textInput(batch.text);
  const image = model.imageInput(batch.image);
  const captions = model.embedText(text, dropout); // [N, T, D]
  const photographs = model.embedPatches(image, dropout); // [N, 55, D]
  const pairs = N * n;
  const captionOf = Int32Array.from({ length: pairs }, (_, pair) => Math.floor(pair / n));
  const photographOf = Int32Array.from({ length: pairs }, (_, pair) => Math.floor(pair / (n * n)) * n + (pair % n));
  const { sequence } = model.encodeBoth(
    repeat(captions, captionOf), // [N n, T, D]
    repeat(text.mask, captionOf),
    repeat(photographs, photographOf), // [N n, 55, D]
    { dropout, classOnly: true },
  );
  const logits = model.match(model.pool(sequence)); // [N n, 2]
  const excluded = excludedWithin(batch, n);
  const choice = matchingChoiceLoss(logits, n, binaryWeight, excluded);
  if (distillation === undefined) return { choice };
  // The joint space teaches as it would score: nothing dropped, and not moved by its pupil.
  const grouped = (joint: Tensor): Tensor => tf.reshape(ops.stopGradient(joint), [N / n, n, -1]); // [G, n, J]
  const captionsAlone = grouped(model.encodeText(model.embedText(text), text.mask).joint);
  const photographsAlone = grouped(
    model.jointReadsWhole ? model.encodeWhole(image) : model.encodeImage(image, model.embedPatches(image)).joint,
  );
  const similarities = tf.matMul(captionsAlone, photographsAlone, false, true); // [G, n, n]
  return { choice, distilled: matchingDistillationLoss(logits, similarities, distillation.temperature, excluded) };
}

/** The groups' part of what a batch excludes, [G, n, n]; nothing where it excludes no pair of a group, as is usual. */
function excludedWithin({ rows, excluded }: PairBatch, n: number): Tensor | undefined {
  const B = rows.length;
  const within = Float32Array.from({ length: B * n }, (_, pair) => {
    const caption = Math.floor(pair / n);
    return excluded[caption * B + Math.floor(caption / n) * n + (pair % n)] as number;
  });
  return within.includes(1) ? tf.tensor(within, [B / n, n, n]) : undefined;
}

/** The given items of a batch, as often as they are named. */
function repeat(x: Tensor, items: Int32Array): Tensor {
  const [B, ...rest] = x.shape as [number, ...number[]];
  const rows = ops.embedding(tf.reshape(x, [B, x.size / B]), tf.tensor(items, [items.length], 'int32'));
  return tf.reshape(rows, [items.length, ...rest]);
}
