import type { TextBatch } from '@kaleido/layout';
import type { Tokenizer } from '@kaleido/tokenizer';

/** Captions as model input; those longer than the model's text are cut. */
export function captionBatch(captions: readonly string[], tokenizer: Tokenizer, longest: number): TextBatch {
  const encoded = captions.map((caption) => tokenizer.encode(caption, { maximumLength: longest }));
  const size = encoded.length;
  // In multiples of 4, as in training, so that few shapes occur.
  const widest = Math.max(...encoded.map(({ ids }) => ids.length));
  const textLength = Math.min(longest, Math.ceil(widest / 4) * 4);
  const ids = new Int32Array(size * textLength);
  const mask = new Float32Array(size * textLength);
  for (const [row, { ids: own }] of encoded.entries()) {
    ids.set(own, row * textLength);
    mask.fill(1, row * textLength, row * textLength + own.length);
  }
  return { size, textLength, ids, mask };
}
