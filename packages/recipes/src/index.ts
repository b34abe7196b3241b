export {
  type AtelierData,
  type FolderData,
  parseRecipe,
  type Recipe,
  type RecipeAlignment,
  type RecipeCaptioning,
  type RecipeEvaluation,
  type RecipeExtractor,
  type RecipeFineTuning,
  type RecipeStage,
  recipeJsonSchema,
} from '@kaleido/recipe-schema';
