export { type AlignCaptionOptions, type AlignedCaption, alignCaption, type LookedAt } from './align-caption.ts';
export { compareAll } from './compare-all.ts';
export { type Candidate, type FilledCaption, type FilledMask, type FillMasksOptions, fillMasks } from './fill-masks.ts';
export { type NamedWords, nameWords } from './name-words.ts';
export { type ColouredPatch, type Puzzle, type PuzzleAnswer, setPuzzle, solvePuzzle } from './puzzles.ts';
export { type RankedField, rankClasses } from './rank-classes.ts';
export { type ReadCaption, type ReadWord, readCaption } from './read-caption.ts';
export { readTogether, type TogetherRead } from './read-together.ts';
export type { Reader } from './reader.ts';
