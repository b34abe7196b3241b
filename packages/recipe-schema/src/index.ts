export { modelConfig } from './model-config.ts';
export { parseRecipe, parseStoredRecipe, recipeJsonSchema } from './parse-recipe.ts';
export type {
  AtelierData,
  FolderData,
  MoreData,
  Recipe,
  RecipeAlignment,
  RecipeCaptioning,
  RecipeEvaluation,
  RecipeExtractor,
  RecipeFineTuning,
  RecipeStage,
} from './recipe.ts';
