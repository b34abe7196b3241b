import { randomStream } from '@kaleido/foundation';
import { type ImageBatch, patchCount, type TextBatch } from '@kaleido/layout';
import { type KaleidoBertConfig, kaleidoBertConfig } from '../src/index.ts';

/** Two layers, narrow: every part of the model in a few milliseconds. */
export function smallConfig(changes: Readonly<Record<string, unknown>> = {}): KaleidoBertConfig {
  return kaleidoBertConfig({
    vocab_size: 23,
    hidden_size: 12,
    intermediate_size: 20,
    num_hidden_layers: 2,
    num_attention_heads: 3,
    max_position_embeddings: 16,
    text_seq_len: 16,
    patch_feature_size: 7,
    position_scale: 'unit',
    // Much larger than the 0.02 of training, so that every part of the model has a visible effect.
    initializer_range: 0.3,
    ...changes,
  });
}

/** Captions of the given lengths, padded to T; the same pieces for any T. */
export function captions(lengths: readonly number[], textLength: number): TextBatch {
  const size = lengths.length;
  const ids = new Int32Array(size * textLength);
  const mask = new Float32Array(size * textLength);
  for (const [b, length] of lengths.entries()) {
    const random = randomStream(1, 'caption', b);
    for (let t = 0; t < length; t++) {
      ids[b * textLength + t] = 1 + random.integer(22);
      mask[b * textLength + t] = 1;
    }
  }
  return { size, textLength, ids, mask };
}

export function photographs(size: number, featureWidth = 7): ImageBatch {
  const random = randomStream(2, 'photographs');
  const draw = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.uniform());
  return {
    size,
    featureWidth,
    features: draw(size * patchCount * featureWidth),
    positions: draw(size * patchCount * 5),
  };
}

/** The largest difference at any place. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] as number) - (b[i] as number));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}
