export { type AlignedProducts, type AlignRecipeOptions, alignRecipe } from './align-recipe.ts';
export { evaluateRunAlignment } from './evaluate-run-alignment.ts';
export {
  type EvaluateRetrievalOptions,
  type EvaluateRunOptions,
  evaluateRunRecognition,
  evaluateRunRetrieval,
  evaluateRunWords,
} from './evaluate-run-folder.ts';
export { parseRecipe, recipeJsonSchema } from './parse-recipe.ts';
export { type PreparedPictures, type PrepareRecipeOptions, prepareRecipe } from './prepare-recipe.ts';
export type { Recipe } from './recipe.ts';
export type { RunRecipeOptions, RunResult } from './run-options.ts';
export { runRecipe } from './run-recipe.ts';
