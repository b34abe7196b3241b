import { colourNames, patternNames, subcategoryNames } from '@kaleido/data';
import { recipeExtractorSchema, recipeFeaturesSchema } from '@kaleido/pipeline';
import { checkObjectives, stageObjectivesSchema } from '@kaleido/pretrain-tasks';
import { z } from 'zod';

const count = z.number().int().positive();
const share = z.number().min(0).max(1);
const weight = z.number().nonnegative();

function someOf<Name extends string>(names: readonly Name[]) {
  return z.array(z.enum(names as [Name, ...Name[]])).nonempty();
}

const different = [
  (names: readonly string[]) => new Set(names).size === names.length,
  'a name twice: each must be different',
] as const;

const backgrounds = z.strictObject({ studio: weight, coloured: weight, cluttered: weight });

/** The embedded catalogue that draws itself. */
const atelier = z
  .strictObject({
    kind: z.literal('atelier'),
    /** Articles to train on, one picture each. */
    products: count,
    /** Articles held back to measure recognition and puzzles on, of all sub-categories. */
    heldOut: count,
    /** Articles held back for retrieval, twice: once to choose the scorer's weight on, once to measure. */
    retrieval: count,
    /** Their sub-categories: few, so that a list's 100 negatives are all of the query's own. */
    retrievalSubcategories: someOf(subcategoryNames),
    /** Pixels a side; 128 is enough for 16 x 16 patches at level 5. */
    imageSize: count.default(128),
    /** What the shop stocks and where it photographs; default: as the atelier has it. */
    collection: z
      .strictObject({
        subcategories: someOf(subcategoryNames).optional(),
        colours: someOf(colourNames).optional(),
        patterns: someOf(patternNames).optional(),
        backgrounds: backgrounds.optional(),
      })
      .default({}),
    /**
     * Where the pictures to train on are taken, if elsewhere than the others: more coloured walls and clutter than will be
     * met teach a model to look past them.
     */
    trainingBackgrounds: backgrounds.optional(),
  })
  .refine(
    ({ retrievalSubcategories, collection: { subcategories } }) =>
      subcategories === undefined || retrievalSubcategories.every((name) => subcategories.includes(name)),
    { path: ['retrievalSubcategories'], message: 'must be among collection.subcategories, or none is trained on' },
  );

/** Products of the folder that the command line names. */
const folder = z.strictObject({
  kind: z.literal('folder'),
  train: z.string().default('train'),
  validation: z.string().default('validation'),
  /**
   * More products, for the objectives that say so: other photographs than those to be met, smaller ones say, still teach
   * what words look like. A run goes on without them if the folder is missing. `folder` is seen from the folder that the
   * command line names; `extractor` says how their features are made, if otherwise than the others', as wide as those.
   */
  more: z
    .strictObject({
      folder: z.string().min(1),
      split: z.string().default('train'),
      extractor: recipeExtractorSchema.optional(),
    })
    .optional(),
});

const stage = z
  .strictObject({
    name: z.string().min(1),
    steps: count,
    learningRate: z.number().positive(),
    /** Share of the steps in which the rate rises. */
    warmup: share.default(0.08),
    /** Parts that a step is cut into, one a thread; 2, as the smallest machines have two cores. */
    microBatches: count.default(2),
    weightDecay: weight.default(0.01),
    /** Negatives that the model takes for the right one most easily are mined before the stage. */
    hardNegatives: z.strictObject({ perRow: count, share }).optional(),
    objectives: stageObjectivesSchema,
  })
  .superRefine((one, context) => {
    for (const { path, message } of checkObjectives(one.objectives, one))
      context.addIssue({ code: 'custom', path: ['objectives', ...path], message });
  });

const fineTuning = z
  .strictObject({
    /** Label fields: `category`, `subcategory`, or an attribute. */
    fields: z
      .array(z.string())
      .nonempty()
      .refine(...different),
    inputs: z
      .array(z.enum(['image', 'text', 'both']))
      .nonempty()
      .refine(...different),
    epochs: z.number().positive(),
    batchSize: count.default(64),
    learningRate: z.number().positive(),
    /** `cls`: the paper's layer on the pooled [CLS]. `cls-and-means`: it also sees mean features and embeddings, and the joint space. */
    head: z.enum(['cls', 'cls-and-means']).default('cls-and-means'),
    /** Width of a hidden layer of the classifier; 0 for none, as in the paper. */
    hiddenSize: z.number().int().nonnegative().default(0),
    /** Dropout in the classifier; 0.1 in the released fine-tuning code. */
    dropout: share.lt(1).default(0.1),
    /** 0.01, as BERT was fine-tuned with; a hidden layer of thousands of inputs stands more. */
    weightDecay: weight.default(0.01),
    /** Share of each level's patches that a step looks at. */
    patchShare: share.positive().default(1),
    microBatches: count.default(2),
  })
  .refine(({ batchSize, microBatches }) => batchSize % microBatches === 0, {
    path: ['batchSize'],
    message: 'must be a multiple of microBatches',
  });

const evaluation = z.strictObject({
  /** Lists are drawn with the seeds 0 to `lists` - 1. */
  lists: count.default(5),
  queries: count,
  candidates: count.default(101),
  /** Queries of the one list that the weight of the combined scorer is chosen on. */
  weightQueries: count.default(100),
  puzzles: count.default(500),
});

/** One run, as a JSON file of recipes/ says it. */
export const recipeSchema = z
  .strictObject({
    $schema: z.string().optional(),
    name: z.string().min(1),
    description: z.string(),
    command: z.string(),
    hardware: z.string(),
    expectedTime: z.string(),
    /** Measured figures, by their path in evaluation.json. */
    expectedFigures: z.record(z.string(), z.number()),
    seed: z.number().int(),
    data: z.discriminatedUnion('kind', [atelier, folder]),
    features: recipeFeaturesSchema,
    tokenizer: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('train'), size: count }),
      z.strictObject({ kind: z.literal('file'), path: z.string() }),
    ]),
    model: z.strictObject({
      /** A preset's name, and keys of `config.json` that are to be otherwise. */
      preset: z.string(),
      settings: z.record(z.string(), z.unknown()).default({}),
      /** Folder of a Hugging Face BERT of that size and vocabulary, with whose words and layers the model begins. */
      bert: z.string().optional(),
    }),
    stages: z
      .array(stage)
      .nonempty()
      .refine((stages) => different[0](stages.map(({ name }) => name)), 'two stages of one name'),
    fineTuning: fineTuning.optional(),
    evaluation,
  })
  .superRefine(({ data, stages }, context) => {
    const named = data.kind === 'folder' && data.more !== undefined;
    if (named && stages.every(({ objectives }) => objectives.contrastive?.more === undefined))
      context.addIssue({
        code: 'custom',
        path: ['data', 'more'],
        message: 'names further products, and no stage has contrastive.more to learn from them',
      });
    if (named) return;
    for (const [index, { objectives }] of stages.entries())
      if (objectives.contrastive?.more !== undefined)
        context.addIssue({
          code: 'custom',
          path: ['stages', index, 'objectives', 'contrastive', 'more'],
          message: 'a stage learns from further products, and data.more names none',
        });
  });

export type Recipe = Immutable<z.infer<typeof recipeSchema>>;
export type AtelierData = Extract<Recipe['data'], { kind: 'atelier' }>;
export type FolderData = Extract<Recipe['data'], { kind: 'folder' }>;
export type MoreData = NonNullable<FolderData['more']>;
export type RecipeExtractor = Recipe['features']['extractor'];
export type RecipeStage = Recipe['stages'][number];
export type RecipeFineTuning = NonNullable<Recipe['fineTuning']>;
export type RecipeEvaluation = Recipe['evaluation'];

/** A recipe is not changed after it was read. */
type Immutable<Value> = Value extends object ? { readonly [Key in keyof Value]: Immutable<Value[Key]> } : Value;
