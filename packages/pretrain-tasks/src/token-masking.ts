import type { RandomStream } from '@kaleido/foundation';
import { type CaptionWord, captionWords } from '@kaleido/layout';
import type { GuidedDraw } from './alignment-guided-masking.ts';

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
  /**
   * Share of the masked pieces that are shown as [MASK]; of the rest, half are shown as a random piece and half
   * unchanged. Default: 0.8 (paper 3.4).
   */
  readonly shownAsMask?: number;
}

/** Chooses the words to begin with, given a caption's words and how many pieces to mask. */
export type MaskingGuide = (words: readonly CaptionWord[], pieces: number) => Pick<GuidedDraw, 'words' | 'sparedWords'>;

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
 * Masks whole words of one caption: by default 80 % of the pieces become [MASK], 10 % a random piece, 10 % stay
 * (paper 3.4). At least one word is masked where there is one.
 * @param guide default: the words are drawn at random
 */
export function maskCaption(
  ids: Int32Array,
  wordStarts: Uint8Array,
  length: number,
  vocabulary: MaskingVocabulary,
  options: MaskingOptions,
  random: RandomStream,
  guide?: MaskingGuide,
): MaskedCaption {
  const masked = ids.slice();
  const positions = new Int32Array(options.predictions);
  const labels = new Int32Array(options.predictions);
  const weights = new Float32Array(options.predictions);
  const words = captionWords(wordStarts, length);
  const pieces = words.reduce((sum, word) => sum + word.end - word.start, 0);
  const wanted = Math.min(options.predictions, Math.max(1, Math.round(pieces * options.rate)));
  let filled = 0;
  const guided = guide?.(words, wanted);
  const rank = (word: CaptionWord): number => (guided?.words.has(word) ? 0 : guided?.sparedWords.has(word) ? 2 : 1);
  const shuffled = random.shuffle(words);
  // The sort is stable: random within a rank.
  for (const word of guided === undefined ? shuffled : shuffled.sort((a, b) => rank(a) - rank(b))) {
    if (filled >= wanted) break;
    // A word that no longer fits is left whole: the rest of a partly masked word would reveal it.
    if (filled + word.end - word.start > options.predictions) continue;
    for (let at = word.start; at < word.end; at++) {
      positions[filled] = at;
      labels[filled] = ids[at] as number;
      weights[filled] = 1;
      masked[at] = replacement(ids[at] as number, vocabulary, options.shownAsMask ?? 0.8, random);
      filled++;
    }
  }
  return { ids: masked, positions, labels, weights };
}

function replacement(
  id: number,
  { size, mask, firstOrdinary }: MaskingVocabulary,
  shownAsMask: number,
  random: RandomStream,
): number {
  const draw = random.uniform();
  if (draw < shownAsMask) return mask;
  return draw < (1 + shownAsMask) / 2 ? firstOrdinary + random.integer(size - firstOrdinary) : id;
}
