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
