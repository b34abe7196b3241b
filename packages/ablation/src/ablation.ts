import { isRecipeOfKind, parseRecipeOfKind } from '@kaleido/runs';
import { z } from 'zod';

const patch = z.record(z.string(), z.unknown());

/** How a recipe is changed. */
const change = {
  /** JSON Merge Patch (RFC 7386) of the recipe: null removes a key, and a list is replaced as a whole. */
  change: patch.default({}),
  /** The same of single stages, by their names; null removes the stage. */
  stages: z.record(z.string(), z.union([patch, z.null()])).default({}),
};

const variant = z.strictObject({
  /** Of its folder, so lower case letters, digits and dashes alone. */
  name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower case words with dashes: it names a folder'),
  /** What it is compared in. Variants of several groups that are the same run are run once. */
  group: z.string().min(1),
  /** Short: it stands in the table and beside the plots. */
  title: z.string().min(1),
  /** SumR of the paper's variant. */
  paper: z.number().optional(),
  ...change,
});

const schema = z
  .strictObject({
    $schema: z.string().optional(),
    kind: z.literal('ablation'),
    name: z.string().min(1),
    description: z.string(),
    command: z.string(),
    hardware: z.string(),
    expectedTime: z.string(),
    /** The recipe that all variants change: a path from this file, or a recipe. */
    base: z.union([z.string().min(1), patch]),
    ...change,
    /** Three or more: fewer say little about a deviation. */
    seeds: z
      .array(z.number().int())
      .min(3)
      .refine((seeds) => new Set(seeds).size === seeds.length, 'a seed twice: each must be different')
      .default([1, 2, 3]),
    /** The field that recognition is compared by, as in evaluation.json. */
    recognition: z.string().default('subcategory:image'),
    /** Name of the variant that the others are compared with. */
    reference: z.string(),
    variants: z.array(variant).nonempty(),
  })
  .superRefine(({ reference, variants }, context) => {
    const names = variants.map(({ name }) => name);
    for (const [index, name] of names.entries())
      if (names.indexOf(name) !== index)
        context.addIssue({ code: 'custom', path: ['variants', index, 'name'], message: 'two variants of one name' });
    if (!names.includes(reference))
      context.addIssue({ code: 'custom', path: ['reference'], message: `must be one of ${names.join(', ')}` });
  });

/** Variants of a recipe to compare, as described by a JSON file of recipes/. */
export type Ablation = z.infer<typeof schema>;
export type AblationVariant = Ablation['variants'][number];

/** Whether a text says that it is an ablation. */
export function isAblation(text: string): boolean {
  return isRecipeOfKind(text, 'ablation');
}

/** @throws KaleidoError naming the key that is wrong, missing, unknown or repeated */
export function parseAblation(text: string, name: string): Ablation {
  return parseRecipeOfKind(schema, text, { name, source: 'ablation', like: 'recipes/ablation-atelier.json' });
}

/** The JSON Schema that editors use to complete ablations. */
export function ablationJsonSchema(): object {
  return z.toJSONSchema(schema, { io: 'input' });
}
