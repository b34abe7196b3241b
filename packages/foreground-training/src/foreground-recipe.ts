import { isRecipeOfKind, parseRecipeOfKind } from '@kaleido/runs';
import { z } from 'zod';
import type { PoolSize } from './picture-pool.ts';

/** Training of the patch generator's own foreground network, as described by recipes/foreground.json. */
export interface ForegroundRecipe {
  readonly kind: 'foreground';
  readonly name: string;
  readonly description: string;
  readonly command: string;
  readonly hardware?: string | undefined;
  readonly expectedTime?: string | undefined;
  readonly expectedFigures?: Readonly<Record<string, number>> | undefined;
  readonly seed: number;
  readonly pictures: PoolSize;
  readonly training: {
    readonly steps: number;
    readonly batchSize: number;
    readonly learningRate: number;
    readonly warmup: number;
    readonly weightDecay: number;
  };
  readonly evaluation: {
    /** Unseen photographs of the atelier, the same number for each kind of background. */
    readonly pictures: number;
  };
}

const count = z.number().int().positive();

const schema: z.ZodType<ForegroundRecipe, unknown> = z.strictObject({
  $schema: z.string().optional(),
  kind: z.literal('foreground'),
  name: z.string().min(1),
  description: z.string(),
  command: z.string(),
  hardware: z.string().optional(),
  expectedTime: z.string().optional(),
  expectedFigures: z.record(z.string(), z.number()).optional(),
  seed: z.number().int(),
  pictures: z.strictObject({ scenes: count, objects: count, backgrounds: count }),
  training: z.strictObject({
    steps: count,
    batchSize: count,
    learningRate: z.number().positive(),
    warmup: z.number().min(0).max(1).default(0.05),
    weightDecay: z.number().min(0).default(0),
  }),
  /** The same number for each of the three kinds of background. */
  evaluation: z.strictObject({
    pictures: count.multipleOf(3, 'must be a multiple of 3: as many before each kind of background'),
  }),
});

/** Whether a recipe's text is of this kind. */
export function isForegroundRecipe(text: string): boolean {
  return isRecipeOfKind(text, 'foreground');
}

/** @throws KaleidoError naming the key that is wrong, missing or unknown */
export function parseForegroundRecipe(text: string, name: string): ForegroundRecipe {
  return parseRecipeOfKind(schema, text, { name, source: 'foreground-training', like: 'recipes/foreground.json' });
}
