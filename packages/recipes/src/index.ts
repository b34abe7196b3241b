export { parseRecipe, recipeJsonSchema } from './parse-recipe.ts';
export type {
  AtelierData,
  FolderData,
  Recipe,
  RecipeEvaluation,
  RecipeExtractor,
  RecipeFineTuning,
  RecipeStage,
} from './recipe.ts';
