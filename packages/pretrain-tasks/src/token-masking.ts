import type { RandomStream } from '@kaleido/foundation';

/** Ids of the special tokens that masking must know. */
export interface MaskingVocabulary {
  readonly size: number;
  readonly mask: number;
  /** Ids below this are special and never drawn as a random replacement. */
  readonly firstOrdinary: number;
}

export interface MaskingOptions {
  /** Share of a caption's words that is masked; 0.15 in BERT. */
  readonly rate: number;
  /** M, predictions a caption; 10 in the released data. */
  readonly predictions: number;
}

/** One caption after masking; arrays of predictions are padded with weight 0. */
export interface MaskedCaption {
  readonly ids: Int32Array;
  /** [M] places of the masked pieces */
  readonly positions: Int32Array;
  /** [M] the original pieces there */
  readonly labels: Int32Array;
  /** [M] 1 for a prediction, 0 for padding */
  readonly weights: Float32Array;
}

/**
 * Masks whole words of one caption: 80 % of the pieces become [MASK], 10 % a random piece, 10 % stay (paper 3.4).
 * At least one word is masked where there is one.
 */
export function maskCaption(
  ids: Int32Array,
  wordStarts: Uint8Array,
  length: number,
  vocabulary: MaskingVocabulary,
  options: MaskingOptions,
  random: RandomStream,
): MaskedCaption {
  const masked = ids.slice();
  const positions = new Int32Array(options.predictions);
  const labels = new Int32Array(options.predictions);
  const weights = new Float32Array(options.predictions);
  const words = wordsOf(wordStarts, length);
  const pieces = words.reduce((sum, word) => sum + word.end - word.start, 0);
  const wanted = Math.min(options.predictions, Math.max(1, Math.round(pieces * options.rate)));
  let filled = 0;
  for (const word of random.shuffle(words)) {
    if (filled >= wanted) break;
    // A word that no longer fits is left whole: the rest of a partly masked word would reveal it.
    if (filled + word.end - word.start > options.predictions) continue;
    for (let at = word.start; at < word.end; at++) {
      positions[filled] = at;
      labels[filled] = ids[at] as number;
      weights[filled] = 1;
      masked[at] = replacement(ids[at] as number, vocabulary, random);
      filled++;
    }
  }
  return { ids: masked, positions, labels, weights };
}

function replacement(id: number, { size, mask, firstOrdinary }: MaskingVocabulary, random: RandomStream): number {
  const draw = random.uniform();
  if (draw < 0.8) return mask;
  return draw < 0.9 ? firstOrdinary + random.integer(size - firstOrdinary) : id;
}

function wordsOf(wordStarts: Uint8Array, length: number): { start: number; end: number }[] {
  const words: { start: number; end: number }[] = [];
  // The first piece is [CLS] and the last [SEP].
  for (let at = 1; at < length - 1; at++) {
    const last = words.at(-1);
    if (wordStarts[at] === 1 || last === undefined) words.push({ start: at, end: at + 1 });
    else last.end = at + 1;
  }
  return words;
}
