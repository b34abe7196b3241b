import { KaleidoError } from '@kaleido/foundation';

/** One of the five scales of kaleido patches: its task, its grid and where it sits among the 55. */
export interface Level {
  readonly name: LevelName;
  /** k: the photograph's box is cut into k x k patches; also the level's row in its own type table. */
  readonly scale: 1 | 2 | 3 | 4 | 5;
  readonly patches: number;
  /** Index of its first patch among the 55. */
  readonly start: number;
  /** Prefixes of its variables' names in a released checkpoint; the spelling is the released code's. */
  readonly scope: string;
  readonly variable: string;
}

export type LevelName = 'rotation' | 'jigsaw' | 'camouflage' | 'grey' | 'blank';

/** The five levels in the order of the sequence (paper 3.2 and 3.6). */
export const levels: readonly Level[] = [
  { name: 'rotation', scale: 1, patches: 1, start: 0, scope: 'rotation_embeddings', variable: 'rotation' },
  { name: 'jigsaw', scale: 2, patches: 4, start: 1, scope: 'jigsaw_embeddings', variable: 'jigsaw' },
  { name: 'camouflage', scale: 3, patches: 9, start: 5, scope: 'camouflage_embeddings', variable: 'camouflage' },
  { name: 'grey', scale: 4, patches: 16, start: 14, scope: 'greymask_embeddings', variable: 'greymask' },
  { name: 'blank', scale: 5, patches: 25, start: 30, scope: 'blank_embeddings', variable: 'blankmask' },
];

/** P: patches of one image over all levels. */
export const patchCount: number = levels.reduce((sum, level) => sum + level.patches, 0);

/** A level's part of a sequence that holds only some of the 55 patches. */
export interface LevelRange {
  readonly level: Level;
  readonly start: number;
  readonly patches: number;
}

/**
 * Where each level lies among the given patches.
 * @param given which of the 55, ascending; all of them where left out
 * @throws KaleidoError where a level has no patch, or the patches are not ascending
 */
export function levelRanges(given?: readonly number[]): readonly LevelRange[] {
  if (given === undefined) return levels.map((level) => ({ level, start: level.start, patches: level.patches }));
  if (given.some((patch, at) => at > 0 && patch <= (given[at - 1] as number)))
    throw new KaleidoError({
      source: 'model',
      problem: 'the patches given are not in ascending order',
      found: given,
      advice: 'sort them, and name each once',
    });
  return levels.map((level) => {
    const inside = (patch: number): boolean => patch >= level.start && patch < level.start + level.patches;
    const patches = given.filter(inside).length;
    if (patches === 0)
      throw new KaleidoError({
        source: 'model',
        problem: `none of the patches given is of level ${level.scale}`,
        found: given,
        advice: 'give at least one of each level',
      });
    return { level, start: given.findIndex(inside), patches };
  });
}
