import {
  decodeSafetensors,
  encodeSafetensors,
  type FolderFiles,
  float32Tensor,
  float32Values,
  KaleidoError,
  readJson,
  readWhole,
} from '@kaleido/foundation';
import { type ClassificationOptions, classifierShapes, type KaleidoBertConfig } from '@kaleido/model';
import { z } from 'zod';
import type { HeadFile } from './task-head.ts';

const classifierFile = 'classifier.json';
const headFile = 'classifier.safetensors';

const field = z.strictObject({
  name: z.string().min(1),
  classes: z.array(z.string()).nonempty(),
  several: z.strictObject({ threshold: z.number().min(0).max(1) }).optional(),
});

const schema = z.strictObject({
  fields: z.array(field).nonempty(),
  inputs: z.enum(['image', 'text', 'both']),
  head: z.enum(['cls', 'cls-and-means']),
  hiddenSize: z.number().int().nonnegative().optional(),
  dropout: z.number().min(0).lt(1).optional(),
});

/** A classifier as stored in its files. */
export interface StoredClassifier {
  readonly options: ClassificationOptions;
  readonly layers: ReadonlyMap<string, Float32Array>;
}

/**
 * Reads a folder's `classifier.json` and `classifier.safetensors`.
 * @returns undefined for a model that is not fine-tuned
 * @throws KaleidoError for damaged files, and if one of the two is missing
 */
export async function readClassifier(files: FolderFiles): Promise<StoredClassifier | undefined> {
  const values = await readJson(files, classifierFile, 'fine-tuning', 'copy the folder again');
  if (values === undefined) return undefined;
  const path = files.pathOf(classifierFile);
  const refuse = (problem: string, found: unknown): KaleidoError =>
    new KaleidoError({ source: 'fine-tuning', problem, found, advice: 'copy the folder again' });
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw refuse(`${path} is wrong at "${issue?.path.join('.')}"`, issue?.message);
  }
  const bytes = await readWhole(files, headFile);
  if (bytes === undefined)
    throw refuse(
      `${path} names classes, and the weights of their head are missing: ${headFile}`,
      files.whyAbsent(headFile),
    );
  const { tensors } = decodeSafetensors(bytes, files.pathOf(headFile));
  return {
    options: parsed.data,
    layers: new Map([...tensors].map(([name, tensor]) => [name, float32Values(tensor, name)])),
  };
}

/** The two files of a classifier; `classifier.json` is the last one. */
export function classifierFiles(
  config: KaleidoBertConfig,
  { options, layers }: StoredClassifier,
): [head: HeadFile, classes: HeadFile] {
  const head = encodeSafetensors(
    [...classifierShapes(config, options)].map(([name, shape]) => [
      name,
      float32Tensor(layers.get(name) as Float32Array, shape),
    ]),
  );
  return [
    [headFile, head],
    [classifierFile, `${JSON.stringify(options, undefined, 2)}\n`],
  ];
}
