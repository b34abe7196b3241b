import { readAll, tf } from '@kaleido/backend';
import type { ImageBatch, TextBatch } from '@kaleido/layout';
import { encoderOf } from '@kaleido/model';
import type { Tokenizer } from '@kaleido/tokenizer';
import { readCaption } from './read-caption.ts';
import type { Reader } from './reader.ts';

/** Captions per pass, as `Kaleido.match` has. */
const captionsPerPass = 64;

/**
 * Probability that each caption belongs to the photograph, 0..1, by the matching head; `Kaleido.match` makes the
 * photograph's features too.
 * @param image of one photograph, `look(...).batch`
 */
export async function matchCaptions(
  { model, tokenizer }: Reader,
  image: ImageBatch,
  captions: readonly string[],
): Promise<number[]> {
  const probabilities: number[] = [];
  for (let start = 0; start < captions.length; start += captionsPerPass) {
    const text = padded(captions.slice(start, start + captionsPerPass), tokenizer, model.config.text_seq_len);
    const { size } = text;
    const rows = Int32Array.from({ length: size }, (_, row) => row);
    const tensors = tf.tidy(() => [
      tf.softmax(encoderOf(model).matchPairs({ text, image, captions: rows, images: new Int32Array(size) })), // [B, 2]
    ]);
    const [values] = (await readAll(tensors).finally(() => tf.dispose(tensors))) as [Float32Array];
    for (let row = 0; row < size; row++) probabilities.push(values[2 * row + 1] as number);
  }
  return probabilities;
}

function padded(captions: readonly string[], tokenizer: Tokenizer, longest: number): TextBatch {
  const rows = captions.map((caption) => readCaption(caption, tokenizer, longest).ids);
  const textLength = Math.max(...rows.map(({ length }) => length));
  const ids = new Int32Array(rows.length * textLength).fill(tokenizer.specialTokenIds.padding);
  const mask = new Float32Array(rows.length * textLength);
  for (const [row, own] of rows.entries()) {
    ids.set(own, row * textLength);
    mask.fill(1, row * textLength, row * textLength + own.length);
  }
  return { size: rows.length, textLength, ids, mask };
}
