import { KaleidoError } from '@kaleido/foundation';

/** A level's name is its pre-training task (paper 3.4). */
export type LevelName = 'rotation' | 'jigsaw' | 'camouflage' | 'grey' | 'blank';

/** k of a level: the object's box is cut into k x k patches. */
export type LevelScale = 1 | 2 | 3 | 4 | 5;

/** One of the five scales of kaleido patches. */
export interface Level {
  readonly name: LevelName;
  readonly scale: LevelScale;
  /** k x k. */
  readonly patches: number;
  /** Index of the level's first patch among the 55. */
  readonly start: number;
}

/** The five levels in the order of the sequence (paper 3.2). */
export const levels: readonly Level[] = [
  { name: 'rotation', scale: 1, patches: 1, start: 0 },
  { name: 'jigsaw', scale: 2, patches: 4, start: 1 },
  { name: 'camouflage', scale: 3, patches: 9, start: 5 },
  { name: 'grey', scale: 4, patches: 16, start: 14 },
  { name: 'blank', scale: 5, patches: 25, start: 30 },
];

/** The levels by name. */
export const levelByName: Readonly<Record<LevelName, Level>> = Object.fromEntries(
  levels.map((level) => [level.name, level]),
) as Record<LevelName, Level>;

/** P: patches of one image, 1 + 4 + 9 + 16 + 25 (paper 3.2). */
export const patchCount = 55;

/** A level's part of a sequence that holds only some of the 55 patches. */
export interface LevelRange {
  readonly level: Level;
  /** Index of the level's first patch in the sequence. */
  readonly start: number;
  /** How many of its patches the sequence holds. */
  readonly patches: number;
}

/**
 * The range of each level in a sequence with some of the 55 patches. Levels without a patch are left out.
 * @param given the patches, ascending; default: all 55
 * @throws KaleidoError if the patches are not ascending
 */
export function levelRanges(given?: readonly number[]): readonly LevelRange[] {
  if (given === undefined) return levels.map((level) => ({ level, start: level.start, patches: level.patches }));
  if (given.some((patch, at) => at > 0 && patch <= (given[at - 1] as number)))
    throw new KaleidoError({
      source: 'layout',
      problem: 'the patches are not in ascending order',
      found: given,
      advice: 'sort them, and name each once',
    });
  return levels.flatMap((level) => {
    const inside = (patch: number): boolean => patch >= level.start && patch < level.start + level.patches;
    const patches = given.filter(inside).length;
    return patches === 0 ? [] : [{ level, start: given.findIndex(inside), patches }];
  });
}
