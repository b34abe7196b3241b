export {
  type EvaluateRetrievalOptions,
  type EvaluateRunOptions,
  evaluateRunRecognition,
  evaluateRunRetrieval,
} from './evaluate-run-folder.ts';
export { openFolder } from './open-source.ts';
export { type PreparedPictures, type PrepareRecipeOptions, prepareRecipe } from './prepare-recipe.ts';
export type { Recipe } from './recipe.ts';
export { parseRecipe, recipeJsonSchema } from './recipe-schema.ts';
export { type RunListeners, type RunRecipeOptions, type RunResult, runRecipe } from './run-recipe.ts';
