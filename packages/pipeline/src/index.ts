export type {
  AtelierData,
  ContrastiveObjective,
  FolderData,
  MatchingObjective,
  Recipe,
  RecipeEvaluation,
  RecipeExtractor,
  RecipeFineTuning,
  RecipeStage,
  TasksObjective,
} from './recipe.ts';
export { parseRecipe, recipeJsonSchema } from './recipe-schema.ts';
