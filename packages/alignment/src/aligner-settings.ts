import { decodeSafetensors, KaleidoError } from '@kaleido/foundation';
import type { Tokenizer } from '@kaleido/tokenizer';
import { z } from 'zod';
import type { AlignableProducts, Aligner, AlignOptions } from './aligner.ts';
import { captionerAligner } from './captioner/captioner-aligner.ts';
import { decodeCaptioner, encodeCaptioner } from './captioner/captioner-file.ts';
import { captionerSettingsSchema } from './captioner/captioner-settings.ts';
import { fitCaptioner } from './captioner/fit-captioner.ts';
import type { TrainCaptioner } from './captioner/train-captioner.ts';
import { discriminantAligner } from './discriminants/discriminant-aligner.ts';
import { decodeDiscriminants, encodeDiscriminants } from './discriminants/discriminants-file.ts';
import { fitDiscriminants } from './discriminants/fit-discriminants.ts';

const count = z.number().int().positive();

/** An aligner and its settings, as a recipe has them; those of discriminants have their defaults at its options. */
export const alignerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('discriminants'),
    components: count.optional(),
    leastOccurrences: count.optional(),
    keep: z.number().min(0).max(1).optional(),
    mostPatches: count.optional(),
    leastEvidence: z.number().nonnegative().optional(),
    byStrength: z.boolean().optional(),
  }),
  captionerSettingsSchema,
]);

export type AlignerSettings = Readonly<z.infer<typeof alignerSchema>>;

export interface FitAlignerOptions extends AlignOptions {
  /**
   * Trains a captioner. Default: on this thread, with the backend that is selected; `captionerTrainer` of
   * `@kaleido/alignment/node` trains on worker threads, and resumes.
   */
  readonly train?: TrainCaptioner;
}

/**
 * Fits the aligner of a recipe to its products.
 * @param tokenizer of the captions
 * @returns the aligner as a file, which `openAligner` opens
 */
export async function fitAligner(
  settings: AlignerSettings,
  products: AlignableProducts,
  tokenizer: Pick<Tokenizer, 'vocabulary' | 'vocabularySize' | 'specialTokenIds'>,
  { train, ...options }: FitAlignerOptions = {},
): Promise<Uint8Array> {
  if (settings.kind === 'captioner')
    return encodeCaptioner(
      await fitCaptioner(products, { tokenizer, settings, ...(train === undefined ? {} : { train }), ...options }),
    );
  const { components, leastOccurrences } = settings;
  return encodeDiscriminants(
    await fitDiscriminants(products, {
      vocabulary: tokenizer.vocabulary,
      ...(components === undefined ? {} : { components }),
      ...(leastOccurrences === undefined ? {} : { leastOccurrences }),
      ...options,
    }),
  );
}

/**
 * A captioner aligns on the backend that is then selected.
 * @param name of the file, for errors
 * @param vocabulary the pieces of the captions by id
 * @throws KaleidoError for an aligner of another kind than the settings', another file, or a damaged one
 */
export function openAligner(
  settings: AlignerSettings,
  content: Uint8Array,
  name: string,
  vocabulary: readonly string[],
): Aligner {
  const { kind } = decodeSafetensors(content, name).metadata;
  if (kind !== settings.kind && alignerSchema.options.some(({ shape }) => shape.kind.value === kind))
    throw new KaleidoError({
      source: 'alignment',
      problem: `${name} holds an aligner of another kind than the settings say, ${settings.kind}`,
      found: kind,
      advice: 'give the settings that it was fitted with',
    });
  if (settings.kind === 'captioner')
    return captionerAligner(decodeCaptioner(content, name), { vocabulary, ...settings });
  const { keep, mostPatches, leastEvidence, byStrength } = settings;
  return discriminantAligner(decodeDiscriminants(content, name), {
    vocabulary,
    ...(keep === undefined ? {} : { keep }),
    ...(mostPatches === undefined ? {} : { mostPatches }),
    ...(leastEvidence === undefined ? {} : { leastEvidence }),
    ...(byStrength === undefined ? {} : { byStrength }),
  });
}
