import { z } from 'zod';
import type { AlignableProducts, Aligner, AlignOptions } from './aligner.ts';
import { discriminantAligner } from './discriminants/discriminant-aligner.ts';
import { decodeDiscriminants, encodeDiscriminants } from './discriminants/discriminants-file.ts';
import { fitDiscriminants } from './discriminants/fit-discriminants.ts';

const count = z.number().int().positive();

/** An aligner and its settings, as a recipe has them; defaults and their reasons stand at the options of each. */
export const alignerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('discriminants'),
    components: count.optional(),
    leastOccurrences: count.optional(),
    keep: z.number().min(0).max(1).optional(),
    mostPatches: count.optional(),
    leastEvidence: z.number().nonnegative().optional(),
  }),
]);

export type AlignerSettings = Readonly<z.infer<typeof alignerSchema>>;

/**
 * Fits the aligner of a recipe to its products.
 * @param vocabulary the pieces of the captions by id
 * @returns the aligner as a file, which `openAligner` opens
 */
export async function fitAligner(
  settings: AlignerSettings,
  products: AlignableProducts,
  vocabulary: readonly string[],
  options: AlignOptions = {},
): Promise<Uint8Array> {
  const { components, leastOccurrences } = settings;
  return encodeDiscriminants(
    await fitDiscriminants(products, {
      vocabulary,
      ...(components === undefined ? {} : { components }),
      ...(leastOccurrences === undefined ? {} : { leastOccurrences }),
      ...options,
    }),
  );
}

/**
 * @param name of the file, for errors
 * @throws KaleidoError for another file, or a damaged one
 */
export function openAligner(
  settings: AlignerSettings,
  content: Uint8Array,
  name: string,
  vocabulary: readonly string[],
): Aligner {
  const { keep, mostPatches, leastEvidence } = settings;
  return discriminantAligner(decodeDiscriminants(content, name), {
    vocabulary,
    ...(keep === undefined ? {} : { keep }),
    ...(mostPatches === undefined ? {} : { mostPatches }),
    ...(leastEvidence === undefined ? {} : { leastEvidence }),
  });
}
