export {
  pathFromUser,
  refuseUnknownWords,
  refuseUnusedOptions,
  runCommand,
  threadCount,
} from './command-line.ts';
export {
  type EvaluateRetrievalOptions,
  type EvaluateRunOptions,
  evaluateRunRecognition,
  evaluateRunRetrieval,
} from './evaluate-run-folder.ts';
export {
  evaluateForeground,
  type ForegroundFigures,
  intersectionOverUnion,
} from './foreground/evaluate-foreground.ts';
export { type ForegroundRecipe, isForegroundRecipe, parseForegroundRecipe } from './foreground/foreground-recipe.ts';
export { type ForegroundResult, type RunForegroundOptions, runForeground } from './foreground/run-foreground.ts';
export { type OpenFolderOptions, openFolder } from './open-folder.ts';
export { type PreparedPictures, type PrepareRecipeOptions, prepareRecipe } from './prepare-recipe.ts';
export { useProxyOfEnvironment } from './proxy.ts';
export type { Recipe } from './recipe.ts';
export { parseRecipe, recipeJsonSchema } from './recipe-schema.ts';
export { isReleasedRecipe, parseReleasedRecipe, type ReleasedRecipe } from './released/released-recipe.ts';
export type { ReleasedFigures } from './released/released-task.ts';
export { type ReleasedResult, runReleased } from './released/run-released.ts';
export type { RunReleasedOptions } from './released/run-released-options.ts';
export type { RunListeners, RunRecipeOptions } from './run-options.ts';
export { type RunResult, runRecipe } from './run-recipe.ts';
export { notedLines, skippedLines } from './skipped-lines.ts';
