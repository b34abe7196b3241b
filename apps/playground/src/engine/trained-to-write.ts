/** The objective by which a model learns to write captions from left to right. */
const objective = 'captioning';

interface Recipe {
  readonly stages?: readonly { readonly objectives?: Readonly<Record<string, unknown>> }[];
}

/**
 * Whether a model was pre-trained to write captions; of a fine-tuned copy it is known by its folder alone.
 * @param recipe text of `recipe.json` of its run, if there is one
 */
export function isTrainedToWrite(recipe: string | undefined): boolean {
  if (recipe === undefined) return false;
  try {
    const { stages = [] } = JSON.parse(recipe) as Recipe;
    return stages.some(({ objectives = {} }) => objective in objectives);
  } catch {
    // A recipe that is no recipe tells nothing.
    return false;
  }
}
