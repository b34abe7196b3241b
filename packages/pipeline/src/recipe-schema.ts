import { colourNames, patternNames, subcategoryNames } from '@kaleido/data';
import { didYouMean, KaleidoError, parseJson } from '@kaleido/foundation';
import { type PretrainTask, pretrainTasks } from '@kaleido/pretrain-tasks';
import { z } from 'zod';
import type { Recipe } from './recipe.ts';
import { recipeError } from './recipe-error.ts';
import { refuseUnusedKeys } from './refuse-unused-keys.ts';

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

const atelier = z
  .strictObject({
    kind: z.literal('atelier'),
    products: count,
    heldOut: count,
    retrieval: count,
    retrievalSubcategories: someOf(subcategoryNames),
    /** Pixels a side; 128 is enough for 16 x 16 patches at level 5. */
    imageSize: count.default(128),
    collection: z
      .strictObject({
        subcategories: someOf(subcategoryNames).optional(),
        colours: someOf(colourNames).optional(),
        patterns: someOf(patternNames).optional(),
        backgrounds: backgrounds.optional(),
      })
      .default({}),
    trainingBackgrounds: backgrounds.optional(),
  })
  .refine(
    ({ retrievalSubcategories, collection: { subcategories } }) =>
      subcategories === undefined || retrievalSubcategories.every((name) => subcategories.includes(name)),
    { path: ['retrievalSubcategories'], message: 'must be among collection.subcategories, or none is trained on' },
  );

const network = {
  scheme: z.enum(['pass-per-patch', 'pooled-map']).default('pooled-map'),
  inputSize: count.optional(),
  rotatedInputSize: count.optional(),
};

const singleExtractors = [
  z.strictObject({ kind: z.literal('pixels'), size: count.default(16) }),
  z.strictObject({
    kind: z.literal('colours'),
    bins: count.max(16).default(4),
    cells: z.literal([0, 1, 2, 4, 8, 16]).default(4),
  }),
  z.strictObject({ kind: z.literal('mobilenet-v2'), ...network, weights: z.string().min(1).optional() }),
  z.strictObject({ kind: z.enum(['resnet50', 'resnet50-v2-stage3']), ...network, weights: z.string().min(1) }),
] as const;

const extractor = z.discriminatedUnion('kind', [
  ...singleExtractors,
  z.strictObject({
    kind: z.literal('joined'),
    parts: z
      .array(z.discriminatedUnion('kind', singleExtractors))
      .nonempty()
      .refine((parts) => different[0](parts.map(({ kind }) => kind)), 'two parts of one kind'),
  }),
]);

const foreground = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('whole-image') }),
  z.strictObject({
    kind: z.literal('background-colour'),
    threshold: z.number().positive().optional(),
    padding: z.number().min(0).optional(),
  }),
  z.strictObject({
    kind: z.enum(['network', 'u2net']),
    threshold: share.optional(),
    padding: z.number().min(0).optional(),
    keep: share.optional(),
    weights: z.string().min(1).optional(),
  }),
]);

const folder = z.strictObject({
  kind: z.literal('folder'),
  train: z.string().default('train'),
  validation: z.string().default('validation'),
  more: z
    .strictObject({ folder: z.string().min(1), split: z.string().default('train'), extractor: extractor.optional() })
    .optional(),
});

const contrastive = z.strictObject({
  batchSize: count,
  groupSize: count.default(4),
  wordDropout: share.default(0.1),
  patchShare: share.positive().default(1),
  /** 0.07 as in CLIP. */
  temperature: z.number().positive().default(0.07),
  weight: weight.default(1),
  meanWeight: weight.default(0.5),
  meanBatchSize: count.optional(),
  labelSmoothing: share.lt(1).default(0),
  more: z.strictObject({ batchSize: count, weight: weight.default(1) }).optional(),
});

const matching = z.strictObject({
  groups: count,
  groupSize: count.default(4),
  wordDropout: share.default(0.1),
  patchShare: share.positive().default(1),
  binaryWeight: weight.default(0.1),
  weight: weight.default(1),
  /** 0.1: at the 0.06 that the joint space is trained with, the right answer has nearly all of the target. */
  distillation: z
    .strictObject({ weight: weight.default(1), temperature: z.number().positive().default(0.1) })
    .optional(),
});

const tasks = z.strictObject({
  batchSize: count,
  mismatchRate: share.default(0.5),
  weights: z.partialRecord(z.enum(pretrainTasks as [PretrainTask, ...PretrainTask[]]), weight).default({}),
});

const stage = z
  .strictObject({
    name: z.string().min(1),
    steps: count,
    learningRate: z.number().positive(),
    warmup: share.default(0.08),
    shards: count.default(2),
    weightDecay: weight.default(0.01),
    hardNegatives: z.strictObject({ perRow: count, share }).optional(),
    objectives: z
      .strictObject({ contrastive: contrastive.optional(), matching: matching.optional(), tasks: tasks.optional() })
      .refine((all) => Object.values(all).some((one) => one !== undefined), 'a stage needs an objective')
      .refine(
        ({ contrastive, matching, tasks }) =>
          (contrastive !== undefined && contrastive.weight + contrastive.meanWeight > 0) ||
          (matching !== undefined && matching.weight > 0) ||
          (tasks !== undefined && pretrainTasks.some((task) => (tasks.weights[task] ?? 1) > 0)),
        'all weights of the stage are 0: nothing would be learned',
      ),
  })
  .superRefine(({ shards, objectives: { contrastive, matching, tasks } }, context) => {
    const check = (objective: string, key: string, value: number | undefined, of: number): void => {
      if (value !== undefined && value % of !== 0)
        context.addIssue({
          code: 'custom',
          path: ['objectives', ...objective.split('.'), key],
          message: `must be a multiple of ${of}, so that each of the ${shards} shards has as many`,
        });
    };
    check('contrastive', 'batchSize', contrastive?.batchSize, shards * (contrastive?.groupSize ?? 1));
    check('contrastive', 'meanBatchSize', contrastive?.meanBatchSize, shards * (contrastive?.groupSize ?? 1));
    if ((contrastive?.meanBatchSize ?? 0) > (contrastive?.batchSize ?? 0))
      context.addIssue({
        code: 'custom',
        path: ['objectives', 'contrastive', 'meanBatchSize'],
        message: 'must not be more than batchSize: they are pairs of that batch',
      });
    check('contrastive.more', 'batchSize', contrastive?.more?.batchSize, shards * (contrastive?.groupSize ?? 1));
    check('matching', 'groups', matching?.groups, shards);
    check('tasks', 'batchSize', tasks?.batchSize, shards);
  });

const fineTuning = z
  .strictObject({
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
    head: z.enum(['cls', 'cls-and-means']).default('cls-and-means'),
    hiddenSize: z.number().int().nonnegative().default(0),
    dropout: share.lt(1).default(0.1),
    weightDecay: weight.default(0.01),
    patchShare: share.positive().default(1),
    shards: count.default(2),
  })
  .refine(({ batchSize, shards }) => batchSize % shards === 0, {
    path: ['batchSize'],
    message: 'must be a multiple of shards',
  });

export const recipeSchema: z.ZodType<Recipe, unknown> = z
  .strictObject({
    $schema: z.string().optional(),
    name: z.string().min(1),
    description: z.string(),
    command: z.string(),
    hardware: z.string(),
    expectedTime: z.string(),
    expectedFigures: z.record(z.string(), z.number()),
    seed: z.number().int(),
    data: z.discriminatedUnion('kind', [atelier, folder]),
    features: z.strictObject({
      extractor,
      foreground: foreground.default({ kind: 'background-colour' }),
      cutOut: z.boolean().default(false),
    }),
    tokenizer: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('train'), size: count }),
      z.strictObject({ kind: z.literal('file'), path: z.string() }),
    ]),
    model: z.strictObject({
      preset: z.string(),
      settings: z.record(z.string(), z.unknown()).default({}),
      bert: z.string().optional(),
    }),
    stages: z
      .array(stage)
      .nonempty()
      .refine((stages) => different[0](stages.map(({ name }) => name)), 'two stages of one name'),
    fineTuning: fineTuning.optional(),
    evaluation: z.strictObject({
      lists: count.default(5),
      queries: count,
      candidates: count.default(101),
      weightQueries: count.default(100),
      puzzles: count.default(500),
    }),
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

/** The JSON Schema that editors complete recipes by. */
export function recipeJsonSchema(): object {
  return z.toJSONSchema(recipeSchema, { io: 'input' });
}

/**
 * Reads a recipe.
 * @throws KaleidoError naming the key that is wrong, missing, unknown or without effect
 */
export function parseRecipe(text: string, name: string): Recipe {
  const recipe = parseStoredRecipe(text, name);
  refuseUnusedKeys(recipe, name);
  return recipe;
}

/**
 * Reads the recipe of a run that is there already, whose keys nobody can change any more.
 * @throws KaleidoError naming the key that is wrong, missing or unknown
 */
export function parseStoredRecipe(text: string, name: string): Recipe {
  const origin = { source: 'pipeline', name: `the recipe ${name}` };
  const values = parseJson(text, origin, 'correct the file, or start from one of recipes/');
  refuseUnknownKind(values, name);
  const parsed = recipeSchema.safeParse(values);
  if (!parsed.success) throw recipeError(recipeSchema, values, parsed.error, name, 'recipes/recipe.schema.json');
  return parsed.data;
}

/** A recipe of another kind has a reader of its own, and comes here only where its kind is misspelt. */
function refuseUnknownKind(values: unknown, name: string): void {
  const kind = (values as { kind?: unknown } | null)?.kind;
  if (kind === undefined) return;
  const known = ['foreground', 'released'];
  throw new KaleidoError({
    source: 'pipeline',
    problem: `the recipe ${name} is of an unknown kind`,
    found: kind,
    advice:
      `${typeof kind === 'string' ? `${didYouMean(kind, known)} ` : ''}known are ${known.join(' and ')}; one that pre-trains has no "kind"`.trim(),
  });
}
