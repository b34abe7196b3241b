import { alignerSchema } from '@kaleido/alignment';
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

/** The built-in catalogue of drawn products. */
const atelier = z
  .strictObject({
    kind: z.literal('atelier'),
    /** Articles to train on, one picture each. */
    products: count,
    /** Articles held out for measuring recognition and puzzles, of all sub-categories. */
    heldOut: count,
    /** Articles held out for retrieval, drawn twice: for choosing the scorer's weight, and for measuring. */
    retrieval: count,
    /** Their sub-categories: few, so that all 100 negatives of a list are of the query's sub-category. */
    retrievalSubcategories: someOf(subcategoryNames),
    /** Pixels per side; 128 is enough for 16 x 16 patches at level 5. */
    imageSize: count.default(128),
    /** The shop's assortment and backgrounds; default: those of the atelier. */
    collection: z
      .strictObject({
        subcategories: someOf(subcategoryNames).optional(),
        colours: someOf(colourNames).optional(),
        patterns: someOf(patternNames).optional(),
        backgrounds: backgrounds.optional(),
      })
      .default({}),
    /**
     * Backgrounds of the training pictures, if other than those of the rest. More coloured walls and clutter than in
     * the held-out pictures teach a model to ignore them.
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
   * More products, for the objectives that use them: even other photographs, e.g. smaller ones, teach what words look
   * like. A run continues without them if the folder is missing. `folder` is relative to the folder that `--data`
   * names. `extractor` makes their features, if it differs from the main one; both have the same width.
   */
  more: z
    .strictObject({
      folder: z.string().min(1),
      split: z.string().default('train'),
      extractor: recipeExtractorSchema.optional(),
    })
    .optional(),
});

/** Pairs of word and patch, for guided masking (`tasks.masking`) and to be measured. */
const alignment = z.strictObject({
  aligner: alignerSchema,
  /**
   * Features that the aligner reads. Default: those of the model; `edges` show parts better than pixels do. A part of
   * the model's joined features is not extracted again.
   */
  extractor: recipeExtractorSchema.optional(),
});

/** Keys of everything that trains for a number of steps. */
const training = {
  steps: count,
  learningRate: z.number().positive(),
  /** Share of the steps in which the rate rises. */
  warmup: share.default(0.08),
  /** Parts of a step, one per thread; 2, as the smallest machines have two cores. */
  microBatches: count.default(2),
  weightDecay: weight.default(0.01),
};

const stage = z
  .strictObject({
    name: z.string().min(1),
    ...training,
    /** Before the stage, mines the negatives that the model most easily mistakes for the right one. */
    hardNegatives: z.strictObject({ perRow: count, share }).optional(),
    objectives: stageObjectivesSchema,
  })
  .superRefine((one, context) => {
    for (const { path, message } of checkObjectives(one.objectives, one))
      context.addIssue({ code: 'custom', path: ['objectives', ...path], message });
  });

const inMicroBatches: [(batches: { batchSize: number; microBatches: number }) => boolean, object] = [
  ({ batchSize, microBatches }) => batchSize % microBatches === 0,
  { path: ['batchSize'], message: 'must be a multiple of microBatches' },
];

const fineTuning = z
  .strictObject({
    /** Label fields: `category`, `subcategory` or attributes. With `sizes: "by-data"` they may be left out. */
    fields: z
      .array(z.string())
      .refine(...different)
      .default([]),
    inputs: z
      .array(z.enum(['image', 'text', 'both']))
      .nonempty()
      .refine(...different),
    epochs: z.number().positive(),
    batchSize: count.default(64),
    learningRate: z.number().positive(),
    /** `cls`: the paper's layer on pooled [CLS]. `cls-and-means`: also mean features and embeddings, joint space. */
    head: z.enum(['cls', 'cls-and-means']).default('cls-and-means'),
    /** Width of a hidden layer of the classifier; 0 for none, as in the paper. */
    hiddenSize: z.number().int().nonnegative().default(0),
    /** Dropout in the classifier; 0.1 in the released fine-tuning code. */
    dropout: share.lt(1).default(0.1),
    /** 0.01, as in BERT's fine-tuning; a hidden layer of thousands of inputs tolerates more. */
    weightDecay: weight.default(0.01),
    /** Share of each level's patches that a step reads. */
    patchShare: share.positive().default(1),
    microBatches: count.default(2),
  })
  .refine(...inMicroBatches);

/** After pre-training, a copy of the model learns to write captions, and is kept beside it. */
const captioning = z
  .strictObject({
    ...training,
    /** Pairs per step; 64, as in fineTuning. */
    batchSize: count.default(64),
    /** Share of each level's patches that a step reads; 1, since captions are written from all of them. */
    patchShare: share.positive().default(1),
  })
  .refine(...inMicroBatches);

const evaluation = z.strictObject({
  /** Lists are drawn with the seeds 0 to `lists` - 1. */
  lists: count.default(5),
  queries: count,
  candidates: count.default(101),
  /** Queries of the one list file for choosing the weight of the combined scorer. */
  weightQueries: count.default(100),
  puzzles: count.default(500),
  /** Held-out captions whose words are masked: 1,000 give some 3,000 words, and a standard error of 0.8 points. */
  words: count.default(1000),
  /** Held-out photographs to caption: 500 captions state some 3,000 facts: a standard error below one point. */
  captions: count.default(500),
});

/**
 * `by-data`: the numbers of the recipe are those for 10,000 products and more, and a run makes them fit its own products
 * (`sizesByData` of @kaleido/recipes has the rules). The run's recipe.json has the sizes that were chosen, and in their
 * place here the number of pictures that they were chosen for, a hash of the recipe that they were chosen from, and one of
 * the recipe with them: an edited copy is a recipe of its own.
 */
const sizes = z.union([
  z.literal('by-data'),
  z.strictObject({ chosenFor: count, from: z.string(), chosen: z.string() }),
]);

/** One run, as described by a JSON file of recipes/. */
export const recipeSchema = z
  .strictObject({
    $schema: z.string().optional(),
    name: z.string().min(1),
    description: z.string(),
    command: z.string(),
    hardware: z.string(),
    expectedTime: z.string(),
    /** Measured figures, by path in evaluation.json. */
    expectedFigures: z.record(z.string(), z.number()),
    seed: z.number().int(),
    /** Default: the numbers are as they are. */
    sizes: sizes.optional(),
    data: z.discriminatedUnion('kind', [atelier, folder]),
    features: recipeFeaturesSchema,
    tokenizer: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('train'), size: count }),
      z.strictObject({ kind: z.literal('file'), path: z.string() }),
    ]),
    model: z.strictObject({
      /** Name of a preset. */
      preset: z.string(),
      /** Keys of `config.json` that override those of the preset. */
      settings: z.record(z.string(), z.unknown()).default({}),
      /** Folder of a Hugging Face BERT of that size and vocabulary, whose words and layers initialise the model. */
      bert: z.string().optional(),
    }),
    alignment: alignment.optional(),
    stages: z
      .array(stage)
      .nonempty()
      .refine((stages) => different[0](stages.map(({ name }) => name)), 'two stages of one name'),
    fineTuning: fineTuning.optional(),
    captioning: captioning.optional(),
    evaluation,
  })
  .superRefine(({ data, sizes, stages, alignment, fineTuning }, context) => {
    if (fineTuning?.fields.length === 0 && sizes !== 'by-data')
      context.addIssue({
        code: 'custom',
        path: ['fineTuning', 'fields'],
        message: 'must name a label field, unless "sizes" is "by-data"',
      });
    if (sizes === 'by-data' && data.kind !== 'folder')
      context.addIssue({
        code: 'custom',
        path: ['sizes'],
        message: 'are chosen for products of a folder; those of the atelier are known',
      });
    for (const [index, { objectives }] of stages.entries())
      if (objectives.tasks?.masking === 'guided' && alignment === undefined)
        context.addIssue({
          code: 'custom',
          path: ['stages', index, 'objectives', 'tasks', 'masking'],
          message: 'guided masking needs the recipe\'s "alignment"',
        });
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
export type RecipeAlignment = NonNullable<Recipe['alignment']>;
export type RecipeCaptioning = NonNullable<Recipe['captioning']>;
export type RecipeEvaluation = Recipe['evaluation'];

/** A recipe is read-only after parsing. */
type Immutable<Value> = Value extends object ? { readonly [Key in keyof Value]: Immutable<Value[Key]> } : Value;
