export { pathFromUser, runCommand, threadCount } from './command-line.ts';
export {
  type EvaluateRetrievalOptions,
  type EvaluateRunOptions,
  evaluateRunRecognition,
  evaluateRunRetrieval,
} from './evaluate-run-folder.ts';
export type { Recipe } from './recipe.ts';
export { parseRecipe, recipeJsonSchema } from './recipe-schema.ts';
export { isReleasedRecipe, parseReleasedRecipe, type ReleasedRecipe } from './released/released-recipe.ts';
export type { ReleasedFigures } from './released/released-task.ts';
export { type ReleasedResult, type RunReleasedOptions, runReleased } from './released/run-released.ts';
export { type RunListeners, type RunRecipeOptions, type RunResult, runRecipe } from './run-recipe.ts';
