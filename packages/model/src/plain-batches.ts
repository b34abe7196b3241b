import { tf } from '@kaleido/backend';
import { type ImageBatch, patchCount, positionWidth, type TextBatch } from '@kaleido/layout';
import type { ImageInput, TextInput } from './model-inputs.ts';

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
    positions: tf.tensor(positions, [size, P, positionWidth]),
    ...(patches === undefined ? {} : { patches }),
    ...(blankKeep === undefined ? {} : { blankKeep: tf.tensor(blankKeep, [size, 25]) }),
  };
}
