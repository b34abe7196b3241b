/** Converts recipes from before a change of the recipe format. */
interface Migration {
  readonly name: string;
  apply(recipe: JsonObject): JsonObject;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** In chronological order. Each leaves recipes of its newer format unchanged. */
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

/** Converts a recipe of any earlier format to the current format; other values are left to the schema. */
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
