import { KaleidoError } from '@kaleido/foundation';
import { type Alignment, type CaptionWord, captionWords, patchCount } from '@kaleido/layout';
import type { Rectangle } from './alignment-figures.ts';

/** A word of a caption: its pieces, and the characters `from` to `to` - 1 that they stand for. */
export interface PlacedWord extends CaptionWord {
  readonly from: number;
  readonly to: number;
}

/** A photograph with its caption and the pairs of word piece and patch, to be drawn. */
export interface AlignedPicture {
  /** Address of the photograph, e.g. a `data:` URI. */
  readonly picture: string;
  /** Of the photograph, in any unit: only the proportion counts. */
  readonly width: number;
  readonly height: number;
  readonly caption: string;
  /** In the order of the caption, from `placedWords`. */
  readonly words: readonly PlacedWord[];
  /** [55] as shares of the photograph's sides */
  readonly patches: readonly Rectangle[];
  readonly pairs: readonly Alignment[];
}

/**
 * The words of an encoded caption, with their places in its text.
 * @param wordStarts [T] 1 where a piece begins a word
 * @param length pieces, [CLS] and [SEP] included
 * @param offsets [T] for `caption.slice`, as `sliceOffsets` of `@kaleido/tokenizer` gives them
 */
export function placedWords(
  wordStarts: Uint8Array,
  length: number,
  offsets: readonly (readonly [begin: number, end: number])[],
): PlacedWord[] {
  return captionWords(wordStarts, length).map(({ start, end }) => ({
    start,
    end,
    from: offsets[start]?.[0] ?? 0,
    to: offsets[end - 1]?.[1] ?? 0,
  }));
}

/** The word as the caption has it. */
export function textOf({ caption }: Pick<AlignedPicture, 'caption'>, { from, to }: PlacedWord): string {
  return caption.slice(from, to);
}

/** A patch and how confidently it shows a word. */
export interface WeightedPatch {
  readonly patch: number;
  /** Confidence in (0, 1]. */
  readonly weight: number;
}

/** The patches of a word, of any of its pieces, heaviest first; the lower index wins a tie. */
export function patchesOf({ pairs }: Pick<AlignedPicture, 'pairs'>, { start, end }: CaptionWord): WeightedPatch[] {
  const weights = new Map<number, number>();
  for (const { token, patch, weight } of pairs)
    if (token >= start && token < end) weights.set(patch, Math.max(weight, weights.get(patch) ?? 0));
  return [...weights]
    .map(([patch, weight]) => ({ patch, weight }))
    .sort((a, b) => b.weight - a.weight || a.patch - b.patch);
}

/** @throws KaleidoError if it is not an index of the 55 patches */
export function requirePatch(patch: number): void {
  if (Number.isInteger(patch) && patch >= 0 && patch < patchCount) return;
  throw new KaleidoError({
    source: 'eval',
    problem: 'no such patch',
    found: patch,
    advice: `give the index of a patch, 0 to ${patchCount - 1}, level by level`,
  });
}
