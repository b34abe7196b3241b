import { KaleidoError } from '@kaleido/foundation';
import { parseRecipe, type Recipe } from '@kaleido/recipe-schema';
import { decisive } from '@kaleido/runs/node';
import type { Ablation, AblationVariant } from './ablation.ts';
import { changeRecipe } from './change-recipe.ts';
import type { JsonObject } from './merge-patch.ts';

/** A variant and the runs that it takes its figures from. */
export interface PlannedVariant extends Pick<AblationVariant, 'name' | 'group' | 'title' | 'paper'> {
  /** Its own name, or that of the first variant whose recipe is equal. */
  readonly runs: string;
}

/** What an ablation runs. */
export interface AblationPlan extends Pick<Ablation, 'name' | 'description' | 'reference' | 'recognition'> {
  readonly command: string;
  readonly seeds: readonly number[];
  readonly variants: readonly PlannedVariant[];
  /** The recipes to run with every seed, by the name of their folder. */
  readonly recipes: ReadonlyMap<string, Recipe>;
}

/**
 * Makes the recipe of every variant.
 * @param base the values of the base recipe
 * @param file name of the ablation's file, for errors
 * @throws KaleidoError for a change that gives no valid recipe, and for two equal variants of a group
 */
export function planAblation(ablation: Ablation, base: JsonObject, file: string): AblationPlan {
  const { name, description, command, seeds, reference, recognition } = ablation;
  const common = changeRecipe(base, ablation, `the common change of ${file}`);
  const recipes = new Map<string, Recipe>();
  const variants: PlannedVariant[] = [];
  const runsOf = new Map<string, string>();
  for (const one of ablation.variants) {
    const where = `the variant ${one.name} of ${file}`;
    const recipe = recipeOfVariant(changeRecipe(common, one, where), ablation, `of ${where}`);
    const key = decisive(recipe);
    const runs = runsOf.get(key) ?? one.name;
    const twin = variants.find((other) => other.group === one.group && other.runs === runs);
    if (twin !== undefined)
      throw new KaleidoError({
        source: 'ablation',
        problem: `two variants of the group ${one.group} in ${file} are the same recipe`,
        found: [twin.name, one.name],
        advice: 'change one of them, or leave it out',
      });
    if (runs === one.name) {
      runsOf.set(key, runs);
      recipes.set(runs, { ...recipe, name: `${name}: ${runs}`, description: `${one.title}. ${description}` });
    }
    const { group, title, paper } = one;
    variants.push({ name: one.name, group, title, ...(paper === undefined ? {} : { paper }), runs });
  }
  return { name, description, command, seeds, reference, recognition, variants, recipes };
}

/** The recipe of a variant, still without its own name. */
function recipeOfVariant(values: JsonObject, { command, hardware, expectedTime }: Ablation, where: string): Recipe {
  const about = { command, hardware, expectedTime, expectedFigures: {} };
  return parseRecipe(JSON.stringify({ ...values, ...about }), where);
}
