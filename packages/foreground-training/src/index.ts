export { type ForegroundRecipe, isForegroundRecipe, parseForegroundRecipe } from './foreground-recipe.ts';
