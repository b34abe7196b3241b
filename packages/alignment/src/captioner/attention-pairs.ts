import { type Alignment, type CaptionWord, type Level, levelByName } from '@kaleido/layout';
import { alignedLevels } from '../aligned-levels.ts';
import { bestPatches, type PatchChoice } from '../best-patches.ts';

export interface AttentionChoice extends PatchChoice {
  /**
   * Least attention in the best patch of a level, as a multiple of what an even map puts there. A level below it gives
   * the word no pair.
   */
  readonly leastAttention: number;
}

/** A word and where the captioner looked for it. */
export interface MappedWord {
  readonly word: CaptionWord;
  /** [25] attention over the patches of level 5, sums to 1 */
  readonly map: Float32Array;
}

const side = levelByName.blank.scale;

/**
 * The pairs of some words, in ascending order of token and patch: the patches of levels 3 to 5 that hold the most
 * attention for their size. The weight of n times the attention of an even map is n / (n + 1): one half for an even map,
 * and never 1.
 */
export function attentionPairs(words: readonly MappedWord[], choice: AttentionChoice): Alignment[] {
  const pairs = words.flatMap(({ word: { start, end }, map }) =>
    alignedLevels.flatMap((level) => {
      const attention = attentionOf(level, map);
      // Not `<`, which lets NaN through.
      if (!(Math.max(...attention) >= choice.leastAttention)) return [];
      return bestPatches(attention, choice).flatMap(({ index }) => {
        const times = attention[index] as number;
        return Array.from({ length: end - start }, (_, piece) => {
          return { token: start + piece, patch: level.start + index, weight: times / (times + 1) };
        });
      });
    }),
  );
  return pairs.sort((a, b) => a.token - b.token || a.patch - b.patch);
}

/**
 * Attention inside each patch of a level, as a multiple of what an even map puts there; a cell that reaches into several
 * patches is shared by area.
 * @param map [25]
 */
export function attentionOf({ scale, patches }: Level, map: Float32Array): Float64Array {
  return Float64Array.from({ length: patches }, (_, patch) => {
    const [row, column] = [Math.floor(patch / scale), patch % scale];
    let sum = 0;
    for (let cell = 0; cell < map.length; cell++)
      sum += map[cell]! * overlap(Math.floor(cell / side), row, scale) * overlap(cell % side, column, scale);
    return sum;
  });
}

/** Common length of a cell and a patch along one side, in parts of which a cell has `scale` and a patch `side`. */
function overlap(cell: number, patch: number, scale: number): number {
  return Math.max(0, Math.min((cell + 1) * scale, (patch + 1) * side) - Math.max(cell * scale, patch * side));
}

/**
 * The mean map of a word's pieces.
 * @param attention [pieces, G]
 * @param start first of the word's rows, which go on to `end` - 1
 */
export function meanMap(attention: Float32Array, G: number, { start, end }: CaptionWord): Float32Array {
  return Float32Array.from({ length: G }, (_, cell) => {
    let sum = 0;
    for (let piece = start; piece < end; piece++) sum += attention[piece * G + cell]!;
    return sum / (end - start);
  });
}
