export { decodeCheckpoint, encodeCheckpoint, type RunCheckpoint, type RunProgress } from './checkpoint-file.ts';
export { PartTimes } from './part-times.ts';
export { type RecipeOrigin, recipeError } from './recipe-error.ts';
export { isRecipeOfKind, parseRecipeOfKind } from './recipe-of-kind.ts';
export { recipeValues } from './recipe-values.ts';
export type { RunListeners } from './run-listeners.ts';
