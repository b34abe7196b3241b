export { isReleasedRecipe, parseReleasedRecipe, type ReleasedRecipe } from './released-recipe.ts';
