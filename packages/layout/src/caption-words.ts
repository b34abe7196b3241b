/** A word of a caption: its pieces `start` to `end` - 1. */
export interface CaptionWord {
  readonly start: number;
  readonly end: number;
}

/** The words of a caption without [CLS] and [SEP], its first and last piece. */
export function captionWords(wordStarts: Uint8Array, length: number): CaptionWord[] {
  const words: { start: number; end: number }[] = [];
  for (let at = 1; at < length - 1; at++) {
    const last = words.at(-1);
    if (wordStarts[at] === 1 || last === undefined) words.push({ start: at, end: at + 1 });
    else last.end = at + 1;
  }
  return words;
}

/** The word that a piece belongs to; undefined for special pieces. */
export function wordOf(words: readonly CaptionWord[], piece: number): CaptionWord | undefined {
  return words.find(({ start, end }) => piece >= start && piece < end);
}
