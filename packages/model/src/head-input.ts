import { ops, type Tensor, tf } from '@kaleido/backend';
import type { DropoutSeeds } from '@kaleido/foundation';
import type { ImageBatch, TextBatch } from '@kaleido/layout';
import { everyLevel } from './every-level.ts';
import type { KaleidoBert, SideEncoding } from './kaleido-bert.ts';
import type { KaleidoBertConfig } from './kaleido-bert-config.ts';

/** The sides that a fine-tuned head reads. */
export type HeadInputs = 'image' | 'text' | 'both';

export interface HeadInputOptions {
  readonly inputs: HeadInputs;
  /**
   * `cls`: the pooled [CLS], as in the paper (4.2). `cls-and-means`: also the inputs of a linear probe, the mean
   * embedding of the caption and each level's mean feature, and each side's vector in the joint space if the model has
   * one. With few products this adds several points.
   */
  readonly head: 'cls' | 'cls-and-means';
  /** Width of a hidden layer that reads it. Default: 0, no such layer, as in the paper. */
  readonly hiddenSize?: number | undefined;
}

/** Captions and photographs to judge; a side that the head does not read is ignored. */
export interface HeadInputBatch {
  readonly text: TextBatch;
  readonly image: ImageBatch;
}

/** What a fine-tuned head reads of captions and photographs, [B, `headInputSize`]. */
export function headInput(
  model: KaleidoBert,
  { inputs, head, hiddenSize = 0 }: HeadInputOptions,
  { text, image }: HeadInputBatch,
  dropout?: DropoutSeeds,
): Tensor {
  const given = model.textInput(inputs === 'image' ? emptyCaptions(text) : text);
  const { mask } = given;
  const words = model.embedText(given, dropout);
  const captionSide = (): Tensor[] => {
    const side = model.encodeText(words, mask);
    return [side.mean, ...joint(model, side)];
  };
  if (inputs === 'text') {
    const pooled = model.pool(model.encode(words, mask, { dropout, firstOnly: 1 }).sequence);
    return head === 'cls' ? pooled : tf.concat([pooled, ...captionSide()], 1);
  }
  const photograph = model.imageInput(image);
  const patches = model.embedPatches(photograph, dropout);
  const pooled = model.pool(model.encodeBoth(words, mask, patches, { dropout, firstOnly: 1 }).sequence);
  if (head === 'cls') return pooled;
  const features = model.standardise(photograph.features);
  const means = everyLevel('the classifier', photograph.patches).map(({ start, patches: n }) =>
    tf.mean(ops.sliceRows(features, start, n), 1),
  );
  const caption = inputs === 'both' ? captionSide().map((x) => asLoudAsPhotograph(x, model.config, hiddenSize)) : [];
  return tf.concat([pooled, ...means, ...joint(model, model.encodeImage(photograph, patches)), ...caption], 1);
}

/** The number of values that a head reads of an item. */
export function headInputSize({ head, inputs }: HeadInputOptions, config: KaleidoBertConfig): number {
  return config.hidden_size + (head === 'cls' ? 0 : sizeBeside(inputs, config));
}

/**
 * In a hidden layer, which starts at random, the few hundred numbers of a caption are lost among the thousands of a
 * photograph: they are scaled up, so that both sides weigh the same (on kagl-12k a point of category3).
 */
function asLoudAsPhotograph(x: Tensor, config: KaleidoBertConfig, hiddenSize: number): Tensor {
  if (hiddenSize === 0) return x;
  return tf.mul(x, Math.sqrt(sizeBeside('image', config) / sizeBeside('text', config)));
}

/** A side's vector in the joint space, each number about as large as a standardised feature; none without that space. */
function joint(model: KaleidoBert, side: SideEncoding): Tensor[] {
  const J = model.config.joint_size;
  return J === 0 ? [] : [tf.mul(side.joint, Math.sqrt(J))];
}

function sizeBeside(
  inputs: HeadInputs,
  { hidden_size: D, patch_feature_size: F, joint_size: J }: KaleidoBertConfig,
): number {
  switch (inputs) {
    case 'image':
      return 5 * F + J;
    case 'text':
      return D + J;
    case 'both':
      return 5 * F + D + 2 * J;
    default:
      return inputs satisfies never;
  }
}

/** [CLS] and [SEP] alone: the first and the last piece of each caption. */
function emptyCaptions({ size, textLength, ids, mask }: TextBatch): TextBatch {
  const short = new Int32Array(size * 2);
  for (let b = 0; b < size; b++) {
    const length = mask.subarray(b * textLength, (b + 1) * textLength).lastIndexOf(1) + 1;
    short[2 * b] = ids[b * textLength] as number;
    short[2 * b + 1] = ids[b * textLength + length - 1] as number;
  }
  return { size, textLength: 2, ids: short, mask: new Float32Array(size * 2).fill(1) };
}
