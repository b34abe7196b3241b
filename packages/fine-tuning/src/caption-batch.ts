import { KaleidoError } from '@kaleido/foundation';
import type { TextBatch } from '@kaleido/layout';
import type { HeadInputs } from '@kaleido/model';
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

/** Whether an item has a caption. @throws KaleidoError for one that is not a string */
export function hasCaption({ id, caption }: { readonly id: string; readonly caption?: unknown }): boolean {
  if (caption === undefined || caption === null || caption === '') return false;
  if (typeof caption === 'string') return true;
  throw new KaleidoError({
    source: 'fine-tuning',
    problem: `the caption of ${id} must be a string`,
    found: caption,
    advice: 'turn it into a string, or leave it out',
  });
}

/** Whether an item has what a head reads beside the photograph; a caption may be empty. @throws as `hasCaption` */
export function hasInputs(item: { readonly id: string; readonly caption?: unknown }, inputs: HeadInputs): boolean {
  return inputs === 'image' || item.caption === '' || hasCaption(item);
}

/** What an item must have, in words. */
export function needed(labels: string, inputs: HeadInputs): string {
  return inputs === 'image' ? labels : `${labels} and a caption`;
}

/** The caption that a head reads. @throws KaleidoError where it needs one and there is none */
export function captionFor(
  { id, caption }: { readonly id: string; readonly caption?: string },
  inputs: HeadInputs,
): string {
  if (inputs === 'image') return '';
  if (typeof caption === 'string') return caption;
  throw new KaleidoError({
    source: 'fine-tuning',
    problem: `${id} has no caption, and the classifier reads ${inputs === 'both' ? 'both photograph and caption' : 'captions'}`,
    advice: 'pass records: { image, caption }; or fine-tune with inputs "image"',
  });
}
