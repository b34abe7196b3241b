export type { Recipe } from '@kaleido/recipe-schema';
export { parseRecipe, recipeJsonSchema } from '@kaleido/recipe-schema';
export { type AlignedProducts, type AlignRecipeOptions, alignRecipe } from './align-recipe.ts';
export { evaluateRunAlignment } from './evaluate-run-alignment.ts';
export {
  type EvaluateCaptionsOptions,
  type EvaluateRunOptions,
  evaluateRunCaptions,
  evaluateRunWords,
  prepareRunProducts,
} from './evaluate-run-folder.ts';
export {
  type EvaluateFullRetrievalOptions,
  evaluateRunFullRetrieval,
} from './evaluate-run-full-retrieval.ts';
export {
  evaluateRunRecognition,
  type MeasuredClassifier,
  type MeasuredRecognition,
} from './evaluate-run-recognition.ts';
export { type EvaluateRetrievalOptions, evaluateRunRetrieval } from './evaluate-run-retrieval.ts';
export type { MeasuredSet, PageOfEvaluation } from './measured-set.ts';
export { type PreparedPictures, type PrepareRecipeOptions, prepareRecipe } from './prepare-recipe.ts';
export { isRecipeFinished, type RunIdentity } from './run-claim.ts';
export type { RunRecipeOptions, RunResult } from './run-options.ts';
export { runRecipe } from './run-recipe.ts';
