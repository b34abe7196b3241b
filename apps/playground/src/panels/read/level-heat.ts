import type { Level } from '@kaleido/layout';

/** The attention that a level's patches got, for a picture. */
export interface LevelHeat {
  /** Of each patch, 0 for the least of the level to 1 for the most; all 1 where they are equal. */
  readonly heat: readonly number[];
  /** Parts of the whole attention, 0..1. */
  readonly most: number;
  readonly least: number;
}

/** @param attention [55] */
export function levelHeat(attention: Float32Array, { start, patches }: Level): LevelHeat {
  const own = [...attention.subarray(start, start + patches)];
  const most = Math.max(...own);
  const least = Math.min(...own);
  return { heat: own.map((value) => (most > least ? (value - least) / (most - least) : 1)), most, least };
}

/** The part of a word's attention that went to patches, 0..1; the rest went to the text. */
export function attentionToPatches(attention: Float32Array): number {
  return attention.reduce((sum, value) => sum + value, 0);
}
