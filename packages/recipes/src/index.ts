export { parseRecipe, recipeJsonSchema } from './parse-recipe.ts';
export type {
  AtelierData,
  FolderData,
  Recipe,
  RecipeCaptioning,
  RecipeEvaluation,
  RecipeExtractor,
  RecipeFineTuning,
  RecipeStage,
} from './recipe.ts';
