import type { ReadWord, TogetherRead } from '@kaleido/insight';
import { type Alignment, patchCount } from '@kaleido/layout';
import type { KnownAttention } from '../../state/gallery.ts';

/** What links words and patches. */
export type LinkSource = 'alignment' | 'words-look' | 'patches-look' | 'naming';

/** How strongly each word of a caption and each patch of a photograph belong together. */
export interface Links {
  readonly source: LinkSource;
  readonly words: readonly ReadWord[];
  /** [W, 55]; below 0: the patch speaks against the word, by `naming` alone */
  readonly values: Float32Array;
}

/** Confidence of each pair, 0..1; a word has the best of its pieces. */
export function alignmentLinks(words: readonly ReadWord[], pairs: readonly Alignment[]): Links {
  const values = new Float32Array(words.length * patchCount);
  for (const { token, patch, weight } of pairs) {
    const word = words.findIndex(({ start, end }) => token >= start && token < end);
    if (word < 0) continue;
    const at = word * patchCount + patch;
    values[at] = Math.max(values[at] ?? 0, weight);
  }
  return { source: 'alignment', words, values };
}

/** An attention head; `undefined` is the mean of all heads. Both count from 0. */
export interface Looking {
  readonly layer: number;
  readonly head: number | undefined;
}

/** What `readTogether` gives. */
export interface AttentionOfCaption extends Pick<TogetherRead, 'attentions' | 'heads'> {
  readonly caption: Pick<TogetherRead['caption'], 'ids'>;
}

/**
 * How much each word looks at each patch, the mean over its pieces, or how much each patch looks at each word, the sum
 * over its pieces: shares of all that a piece or a patch looks at.
 */
export function attentionLinks(
  words: readonly ReadWord[],
  { caption, attentions, heads }: AttentionOfCaption,
  { layer, head }: Looking,
  source: 'words-look' | 'patches-look',
): Links {
  const values = new Float32Array(words.length * patchCount);
  const attention = attentions[layer];
  if (attention === undefined) return { source, words, values };
  const T = caption.ids.length;
  const S = T + patchCount;
  const asked = head === undefined ? Array.from({ length: heads }, (_, one) => one) : [head];
  for (const [word, { start, end }] of words.entries())
    for (let patch = 0; patch < patchCount; patch++) {
      let sum = 0;
      for (const one of asked)
        for (let piece = start; piece < end; piece++) {
          const [row, column] = source === 'words-look' ? [piece, T + patch] : [T + patch, piece];
          sum += attention[(one * S + row) * S + column] ?? 0;
        }
      values[word * patchCount + patch] = sum / asked.length / (source === 'words-look' ? end - start : 1);
    }
  return { source, words, values };
}

/**
 * The same as it was computed in advance: to 255 steps from nothing to the largest share.
 * @returns undefined for another layer, or for one head of it
 */
export function knownAttentionLinks(
  words: readonly ReadWord[],
  known: KnownAttention,
  { layer, head }: Looking,
  source: 'words-look' | 'patches-look',
): Links | undefined {
  if (layer !== known.layer || head !== undefined) return undefined;
  const { largest, bytes } = source === 'words-look' ? known.wordsLook : known.patchesLook;
  const values = Float32Array.from(atob(bytes), (byte) => (largest * byte.charCodeAt(0)) / 255);
  return { source, words, values };
}

/** What `nameWords` gives, also as JSON. */
export interface NamedRows {
  readonly words: readonly { readonly start: number }[];
  /** [W] */
  readonly probabilities: ArrayLike<number>;
  /** [W, 55] */
  readonly relevance: ArrayLike<number>;
}

/** How each patch speaks for or against each word; nothing for words that the caption masks. */
export function namingLinks(
  words: readonly ReadWord[],
  { words: named, relevance }: Pick<NamedRows, 'words' | 'relevance'>,
): Links {
  const values = new Float32Array(words.length * patchCount);
  for (const [row, { start }] of named.entries()) {
    const word = words.findIndex((one) => one.start === start);
    if (word < 0) continue;
    for (let patch = 0; patch < patchCount; patch++)
      values[word * patchCount + patch] = relevance[row * patchCount + patch] ?? 0;
  }
  return { source: 'naming', words, values };
}

/** The probability of a word when it is masked; undefined if it is masked already. */
export function namedProbability(
  word: ReadWord,
  { words, probabilities }: Pick<NamedRows, 'words' | 'probabilities'>,
): number | undefined {
  const row = words.findIndex(({ start }) => start === word.start);
  return row < 0 ? undefined : probabilities[row];
}

/** A word's value for each of the 55 patches. */
export function patchesOf({ values }: Links, word: number): Float32Array {
  return values.subarray(word * patchCount, (word + 1) * patchCount);
}

/** A patch's value for each word. */
export function wordsOf({ words, values }: Links, patch: number): Float32Array {
  return Float32Array.from(words, (_, word) => values[word * patchCount + patch] ?? 0);
}

/** Below this the slope says that hardly anything depends on any patch: 2 % of the word's probability. */
const leastNaming = 0.02;

/** The value that is shown in full colour. A confidence is shown as it is; other values against their largest. */
export function fullValue(source: LinkSource, values: Float32Array): number {
  if (source === 'alignment') return 1;
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return source === 'naming' ? Math.max(largest, leastNaming) : largest;
}

/** The strongest of some values, whatever their sign, the strongest first; none that is shown without colour. */
export function strongest(
  values: Float32Array,
  full: number,
  most: number,
  from = 0,
  count = values.length - from,
): number[] {
  const size = (at: number): number => Math.abs(values[at] ?? 0);
  return Array.from({ length: count }, (_, i) => from + i)
    .filter((at) => size(at) > 0.05 * full)
    .sort((a, b) => size(b) - size(a) || a - b)
    .slice(0, most);
}

/** They end no phrase that an example should name. */
const poorExamples: readonly string[] = ['comes', 'cut', 'belongs'];

/**
 * The word that a visitor is shown first: the one with the strongest link. Words of one phrase share the aligner's pairs;
 * the last of them is the thing itself, as in "short sleeves".
 */
export function exampleWord({ source, words, values }: Links): number | undefined {
  let best: number | undefined;
  let most = 0;
  for (const [word, { text }] of words.entries()) {
    // Commas and articles are looked at too, and explain nothing.
    if (!/\p{L}{3}/u.test(text) || poorExamples.includes(text)) continue;
    for (const value of values.subarray(word * patchCount, (word + 1) * patchCount))
      if (Math.abs(value) > most || (source === 'alignment' && most > 0 && Math.abs(value) === most))
        [best, most] = [word, Math.abs(value)];
  }
  return best;
}
