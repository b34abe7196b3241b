import { tf } from '@kaleido/backend';
import type { ImageInput, TextInput } from './kaleido-bert.ts';
import { patchCount } from './levels.ts';

/** Captions as plain arrays: they travel between threads and know no tensor. */
export interface TextBatch {
  /** B */
  readonly size: number;
  /** T */
  readonly textLength: number;
  /** [B, T] word pieces, padded with 0 */
  readonly ids: Int32Array;
  /** [B, T] 1 for a token, 0 for padding */
  readonly mask: Float32Array;
  /** [B, T] rows of the segment table; all 0 where left out */
  readonly segments?: Int32Array;
}

/** Photographs as plain arrays. */
export interface ImageBatch {
  /** B */
  readonly size: number;
  /** F */
  readonly featureWidth: number;
  /** [B, P, F] */
  readonly features: Float32Array;
  /** [B, P, 5] */
  readonly positions: Float32Array;
  /** Which of the 55 patches these are, ascending, with at least one of each level; all of them where left out. */
  readonly patches?: readonly number[];
  /** [B, 25] 0 where a level 5 patch is blanked; left out where nothing is */
  readonly blankKeep?: Float32Array;
}

/** A batch's captions as tensors; the caller owns them. */
export function textInput({ size, textLength, ids, mask, segments }: TextBatch): TextInput {
  const shape: [number, number] = [size, textLength];
  return {
    ids: tf.tensor(ids, shape, 'int32'),
    mask: tf.tensor(mask, shape),
    ...(segments === undefined ? {} : { segments: tf.tensor(segments, shape, 'int32') }),
  };
}

/** A batch's photographs as tensors; the caller owns them. */
export function imageInput({ size, featureWidth, features, positions, patches, blankKeep }: ImageBatch): ImageInput {
  const P = patches?.length ?? patchCount;
  return {
    features: tf.tensor(features, [size, P, featureWidth]),
    positions: tf.tensor(positions, [size, P, 5]),
    ...(patches === undefined ? {} : { patches }),
    ...(blankKeep === undefined ? {} : { blankKeep: tf.tensor(blankKeep, [size, 25]) }),
  };
}
