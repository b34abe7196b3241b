import { isRecipeOfKind, parseRecipeOfKind } from '@kaleido/runs';
import { z } from 'zod';

/** The tasks of the released run scripts. */
const releasedTasks = ['pretrain', 'category', 'subcategory', 'image-to-text', 'text-to-image'] as const;

export type ReleasedTask = (typeof releasedTasks)[number];

/** A run of the released code over its own data files, as described by a JSON file of recipes/released/. */
export interface ReleasedRecipe {
  readonly kind: 'released';
  readonly name: string;
  readonly description: string;
  readonly command: string;
  readonly task: ReleasedTask;
  /** Names of files in the folder that `--data` names. */
  readonly files: { readonly train?: string | undefined; readonly evaluate: string };
  /** T and F of the files; the released ones have 64 and 2,048. */
  readonly textLength: number;
  readonly featureWidth: number;
  readonly batchSize: number;
  /** Only for recipes that train. */
  readonly training?: ReleasedTraining | undefined;
  /** Number of classes of category or sub-category: 48 and 122. */
  readonly classes?: number | undefined;
  readonly seed: number;
}

export interface ReleasedTraining {
  readonly epochs: number;
  readonly learningRate: number;
  readonly warmup: number;
  readonly weightDecay: number;
  /** Rows in the buffer that batches are drawn from: a file is read in order. */
  readonly shuffle: number;
  /** A new model's size, if no checkpoint is given. */
  readonly preset?: string | undefined;
}

const count = z.number().int().positive();

const schema: z.ZodType<ReleasedRecipe, unknown> = z
  .strictObject({
    kind: z.literal('released'),
    name: z.string().min(1),
    description: z.string(),
    command: z.string(),
    task: z.enum(releasedTasks),
    files: z.strictObject({ train: z.string().optional(), evaluate: z.string() }),
    textLength: count.default(64),
    featureWidth: count.default(2048),
    batchSize: count.default(64),
    training: z
      .strictObject({
        epochs: z.number().positive(),
        learningRate: z.number().positive(),
        warmup: z.number().min(0).max(1).default(0.1),
        weightDecay: z.number().min(0).default(0),
        shuffle: count.default(256),
        preset: z.string().optional(),
      })
      .optional(),
    classes: count.optional(),
    seed: z.number().int(),
  })
  .superRefine(({ files, training, task, classes }, context) => {
    const issue = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if ((files.train === undefined) !== (training === undefined)) issue('training', 'goes with files.train');
    if (training !== undefined && (task === 'image-to-text' || task === 'text-to-image'))
      issue('training', 'the released code trains no retrieval: leave it and files.train out');
    const classifies = task === 'category' || task === 'subcategory';
    if (classifies !== (classes !== undefined)) issue('classes', 'belongs to the tasks category and subcategory alone');
  });

/** Whether a recipe's text is of this kind. */
export function isReleasedRecipe(text: string): boolean {
  return isRecipeOfKind(text, 'released');
}

/** @throws KaleidoError naming the key that is wrong, missing or unknown */
export function parseReleasedRecipe(text: string, name: string): ReleasedRecipe {
  return parseRecipeOfKind(schema, text, { name, source: 'released', like: 'those of recipes/released' });
}
