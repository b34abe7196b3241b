import { type PlacedWord, placedWords } from '@kaleido/eval';
import { type EncodedCaption, sliceOffsets } from '@kaleido/tokenizer';

/** The words of an encoded caption, with their places in its text. */
export function wordPlaces(caption: string, { ids, wordStarts, offsets }: EncodedCaption): PlacedWord[] {
  return placedWords(wordStarts, ids.length, sliceOffsets(caption, offsets));
}
