/** The five tasks on distorted patches, levels 1 to 5 (paper 3.6, I to V). */
export type PuzzleTask = 'rotation' | 'jigsaw' | 'camouflage' | 'greyToColour' | 'blankToColour';

export const puzzleTasks: readonly PuzzleTask[] = ['rotation', 'jigsaw', 'camouflage', 'greyToColour', 'blankToColour'];

/** The 24 orders of four patches, lexicographic; a jigsaw's label is an index into this table. */
export const jigsawPermutations: readonly (readonly number[])[] = permutations([0, 1, 2, 3]);

/** Level 1: the number of quarter turns is the label. */
export const rotationLabels = 4;
/** Level 2: place `i` shows patch `jigsawPermutations[label][i]`. */
export const jigsawLabels = 24;
/** Level 3: which of the nine patches is another product's. */
export const camouflageLabels = 9;

function permutations(items: readonly number[]): number[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((first) => permutations(items.filter((item) => item !== first)).map((rest) => [first, ...rest]));
}
