import type { TextBatch } from '@kaleido/layout';
import type { TaskCatalogue } from './catalogue.ts';

/**
 * The captions of the given rows; T is as wide as the longest of them needs, in steps of 4, so that few shapes occur.
 */
export function textBatch(catalogue: TaskCatalogue, rows: ArrayLike<number>): TextBatch {
  const textLength = commonLength(catalogue, rows);
  const size = rows.length;
  const ids = new Int32Array(size * textLength);
  const mask = new Float32Array(size * textLength);
  for (let b = 0; b < size; b++) {
    const row = rows[b] as number;
    const length = catalogue.lengths[row] as number;
    const start = row * catalogue.textLength;
    ids.set(catalogue.ids.subarray(start, start + length), b * textLength);
    mask.fill(1, b * textLength, b * textLength + length);
  }
  return { size, textLength, ids, mask };
}

/** The shortest T, a multiple of 4, that holds every one of these captions. */
export function commonLength(catalogue: TaskCatalogue, rows: ArrayLike<number>): number {
  let longest = 1;
  for (let b = 0; b < rows.length; b++) longest = Math.max(longest, catalogue.lengths[rows[b] as number] as number);
  return Math.min(catalogue.textLength, Math.ceil(longest / 4) * 4);
}
