import { readAll, tf } from '@kaleido/backend';
import type { ImageBatch } from '@kaleido/layout';
import { encoderOf } from '@kaleido/model';
import { captionRows } from './read-caption.ts';
import type { Reader } from './reader.ts';

/** Captions per pass, as `Kaleido.match` has. */
const captionsPerPass = 64;

/**
 * Probability that each caption belongs to the photograph, 0..1, by the matching head; `Kaleido.match` makes the
 * photograph's features too.
 * @param image of one photograph, `look(...).batch`
 */
export async function matchCaptions(reader: Reader, image: ImageBatch, captions: readonly string[]): Promise<number[]> {
  const probabilities: number[] = [];
  for (let start = 0; start < captions.length; start += captionsPerPass) {
    const text = captionRows(reader, captions.slice(start, start + captionsPerPass));
    const { size } = text;
    const rows = Int32Array.from({ length: size }, (_, row) => row);
    const tensors = tf.tidy(() => [
      tf.softmax(encoderOf(reader.model).matchPairs({ text, image, captions: rows, images: new Int32Array(size) })), // [B, 2]
    ]);
    const [values] = (await readAll(tensors).finally(() => tf.dispose(tensors))) as [Float32Array];
    for (let row = 0; row < size; row++) probabilities.push(values[2 * row + 1] as number);
  }
  return probabilities;
}
