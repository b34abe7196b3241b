import { encodeSafetensors, type FolderFiles, float32Tensor } from '@kaleido/foundation';
import { type ClassificationOptions, classifierShapes, type KaleidoBertConfig } from '@kaleido/model';
import { z } from 'zod';
import { readHeadFiles } from './read-head-files.ts';
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
  const read = await readHeadFiles(files, [classifierFile, headFile], schema);
  return (
    read && {
      options: read.description,
      layers: new Map([...read.layers].map(([name, { values }]) => [name, values])),
    }
  );
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
