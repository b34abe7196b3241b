import { readAll, tf } from '@kaleido/backend';
import type { ImageBatch } from '@kaleido/layout';
import { encoderOf } from '@kaleido/model';
import { captionRows } from './read-caption.ts';
import type { Reader } from './reader.ts';

/** Every photograph with every caption. */
export interface Compared {
  /** [photographs, captions] probability that both belong together, 0..1, by the matching head, which reads both at once */
  readonly match: Float32Array;
  /** [photographs, captions] dot product in the joint space, -1..1, where both are encoded apart */
  readonly similarity: Float32Array;
}

/**
 * Compares every photograph with every caption, in one pass.
 * @param images `look(...).batch` of each photograph
 */
export async function compareAll(
  reader: Reader,
  images: readonly ImageBatch[],
  captions: readonly string[],
): Promise<Compared> {
  const pairs = images.length * captions.length;
  if (pairs === 0) return { match: new Float32Array(0), similarity: new Float32Array(0) };
  const text = captionRows(reader, captions);
  const image = joined(images);
  const encoder = encoderOf(reader.model);
  const tensors = tf.tidy(() => {
    const logits = encoder.matchPairs({
      text,
      image,
      captions: Int32Array.from({ length: pairs }, (_, pair) => pair % captions.length),
      images: Int32Array.from({ length: pairs }, (_, pair) => Math.floor(pair / captions.length)),
    }); // [pairs, 2]
    const similarity = tf.matMul(encoder.encodeImages(image).joint, encoder.encodeCaptions(text).joint, false, true);
    return [tf.slice(tf.softmax(logits), [0, 1], [pairs, 1]), similarity];
  });
  const [match, similarity] = await readAll(tensors).finally(() => tf.dispose(tensors));
  return { match: match as Float32Array, similarity: similarity as Float32Array };
}

/**
 * Dot products in the joint space alone, -1..1: entry [photograph][caption]. As from `embedImages` and `embedCaptions`, but
 * of photographs whose features are made already.
 * @param images `look(...).batch` of each photograph
 */
export async function similarities(
  reader: Reader,
  images: readonly ImageBatch[],
  captions: readonly string[],
): Promise<Float32Array[]> {
  if (images.length === 0 || captions.length === 0) return images.map(() => new Float32Array(0));
  const [text, image, encoder] = [captionRows(reader, captions), joined(images), encoderOf(reader.model)];
  const tensor = tf.tidy(() =>
    tf.matMul(encoder.encodeImages(image).joint, encoder.encodeCaptions(text).joint, false, true),
  );
  const [values] = (await readAll([tensor]).finally(() => tensor.dispose())) as [Float32Array];
  return images.map((_, row) => values.slice(row * captions.length, (row + 1) * captions.length));
}

function joined(images: readonly ImageBatch[]): ImageBatch {
  const [first] = images as readonly [ImageBatch, ...ImageBatch[]];
  const features = new Float32Array(first.features.length * images.length);
  const positions = new Float32Array(first.positions.length * images.length);
  for (const [row, image] of images.entries()) {
    features.set(image.features, row * first.features.length);
    positions.set(image.positions, row * first.positions.length);
  }
  return { size: images.length, featureWidth: first.featureWidth, features, positions };
}
