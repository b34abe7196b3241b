import {
  decodeSafetensors,
  type FolderFiles,
  float32Values,
  KaleidoError,
  readJson,
  type SafetensorsFile,
} from '@kaleido/foundation';
import type { z } from 'zod';

/** The two files of a head, read. */
export interface HeadFiles<Description> {
  readonly description: Description;
  readonly layers: ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array }>;
}

/**
 * Reads what describes a head, and the weights of its layers.
 * @param description the name of a JSON file
 * @param weights the name of a safetensors file
 * @returns undefined for a folder without the JSON file
 * @throws KaleidoError for damaged files, and if the weights are missing
 */
export async function readHeadFiles<Description>(
  files: FolderFiles,
  [description, weights]: readonly [description: string, weights: string],
  schema: z.ZodType<Description>,
): Promise<HeadFiles<Description> | undefined> {
  const values = await readJson(files, description, 'fine-tuning', 'copy the folder again');
  if (values === undefined) return undefined;
  const path = files.pathOf(description);
  const refuse = (problem: string, found: unknown): KaleidoError =>
    new KaleidoError({ source: 'fine-tuning', problem, found, advice: 'copy the folder again' });
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw refuse(`${path} is wrong at "${issue?.path.join('.')}"`, issue?.message);
  }
  const read = await readWeightFile(files, weights);
  if (read === undefined)
    throw refuse(`${path} describes a head, and its weights are missing: ${weights}`, files.whyAbsent(weights));
  return {
    description: parsed.data,
    layers: new Map(
      [...read.tensors].map(([name, tensor]) => [name, { shape: tensor.shape, values: float32Values(tensor, name) }]),
    ),
  };
}

/** Of any size: a head of thousands of classes has hundreds of megabytes. */
async function readWeightFile(files: FolderFiles, name: string): Promise<SafetensorsFile | undefined> {
  const file = await files.open(name);
  if (file === undefined) return undefined;
  try {
    return decodeSafetensors(await file.read(0, file.size), files.pathOf(name));
  } finally {
    await file.close();
  }
}
