/** A change of the recipe's form, and how an older recipe is read. */
interface Migration {
  readonly name: string;
  apply(recipe: JsonObject): JsonObject;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** In the order in which the forms came. Each leaves a recipe of its newer form as it is. */
const migrations: readonly Migration[] = [
  {
    name: 'shards-are-micro-batches',
    apply: (recipe) => ({
      ...recipe,
      ...(Array.isArray(recipe.stages) ? { stages: recipe.stages.map(withMicroBatches) } : {}),
      ...('fineTuning' in recipe ? { fineTuning: withMicroBatches(recipe.fineTuning) } : {}),
    }),
  },
];

/** A recipe of any earlier form in the current form; anything else is left to the schema. */
export function migrateRecipe(values: unknown): unknown {
  return isObject(values) ? migrations.reduce<JsonObject>((recipe, { apply }) => apply(recipe), values) : values;
}

function withMicroBatches(part: unknown): unknown {
  if (!isObject(part) || !('shards' in part) || 'microBatches' in part) return part;
  const { shards, ...rest } = part;
  return { ...rest, microBatches: shards };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
