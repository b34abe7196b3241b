export type { Recipe } from '@kaleido/recipe-schema';
export { parseRecipe, recipeJsonSchema } from '@kaleido/recipe-schema';
export { type AlignedProducts, type AlignRecipeOptions, alignRecipe } from './align-recipe.ts';
export { evaluateRunAlignment } from './evaluate-run-alignment.ts';
export {
  type EvaluateCaptionsOptions,
  type EvaluateRetrievalOptions,
  type EvaluateRunOptions,
  evaluateRunCaptions,
  evaluateRunRecognition,
  evaluateRunRetrieval,
  evaluateRunWords,
  prepareRunProducts,
} from './evaluate-run-folder.ts';
export { type PreparedPictures, type PrepareRecipeOptions, prepareRecipe } from './prepare-recipe.ts';
export type { RunRecipeOptions, RunResult } from './run-options.ts';
export { runRecipe } from './run-recipe.ts';
