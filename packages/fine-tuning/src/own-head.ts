import { createVariable, ops, readAll, type Tensor, tf, type Variable } from '@kaleido/backend';
import { encodeSafetensors, type FolderFiles, float32Tensor, KaleidoError, randomStream } from '@kaleido/foundation';
import { type HeadInputOptions, headInputSize, type KaleidoBertConfig } from '@kaleido/model';
import { z } from 'zod';
import { type HeadFiles, readHeadFiles } from './read-head-files.ts';
import type { TaskHead } from './task-head.ts';

const ownHeadFile = 'head.json';
const ownLayersFile = 'head.safetensors';

const schema = z.strictObject({
  task: z.string().min(1),
  inputs: z.enum(['image', 'text', 'both']),
  head: z.enum(['cls', 'cls-and-means']),
});

/** The functions and layers of a head that a user defined. */
export interface OwnHeadShape<Result> {
  readonly name: string;
  readonly input: HeadInputOptions;
  readonly dropout: number;
  layers(width: number): Readonly<Record<string, readonly number[]>>;
  compute(input: Tensor, layers: Readonly<Record<string, Tensor>>): Tensor;
  predict(id: string, outputs: Float32Array): Result;
}

/** An own head's files, read. */
export interface StoredOwnHead {
  readonly task: string;
  readonly input: HeadInputOptions;
  readonly layers: HeadFiles<unknown>['layers'];
}

/** A new head. @param width what it reads of an item */
export function newOwnHead<Result>(shape: OwnHeadShape<Result>, width: number, seed: number): TaskHead<Result> {
  const values = Object.entries(shape.layers(width)).map(([name, lengths]) => {
    const random = randomStream(seed, 'head', name);
    const deviation = 1 / Math.sqrt(lengths[0] ?? 1);
    const size = lengths.reduce((product, length) => product * length, 1);
    const drawn = Float32Array.from({ length: size }, () => (lengths.length > 1 ? deviation * random.normal() : 0));
    return [name, drawn] as const;
  });
  return ownHead(shape, width, new Map(values));
}

function ownHead<Result>(
  shape: OwnHeadShape<Result>,
  width: number,
  values: ReadonlyMap<string, Float32Array>,
): TaskHead<Result> {
  const shapes = Object.entries(shape.layers(width));
  const layers = shapes.map(
    ([name, lengths]) => [name, createVariable(undefined, values.get(name) as Float32Array, [...lengths])] as const,
  );
  const byName = Object.fromEntries(layers);
  return {
    input: shape.input,
    // A name of its own, which no variable of the model has.
    variables: new Map<string, Variable>(layers.map(([name, variable]) => [`head/${name}`, variable])),
    outputs(input, dropout) {
      const { dropout: rate } = shape;
      const seen = dropout === undefined || rate === 0 ? input : ops.dropout(input, rate, dropout.next());
      const outputs = shape.compute(seen, byName);
      if (outputs.rank === 2 && outputs.shape[0] === input.shape[0]) return [outputs];
      throw new KaleidoError({
        source: 'fine-tuning',
        problem: `the head of "${shape.name}" must give one row of outputs an item, [${input.shape[0]}, outputs]`,
        found: outputs.shape,
        advice: 'reshape what compute returns',
      });
    },
    results: (ids, [outputs]) => {
      const all = outputs as Float32Array;
      const each = all.length / ids.length;
      return ids.map((id, row) => shape.predict(id, all.slice(row * each, (row + 1) * each)));
    },
    async files() {
      const read = await readAll(layers.map(([, variable]) => variable));
      const { inputs, head } = shape.input;
      const tensors = layers.map(
        ([name, variable], at) => [name, float32Tensor(read[at] as Float32Array, variable.shape)] as const,
      );
      return [
        [ownLayersFile, encodeSafetensors(tensors)],
        [ownHeadFile, `${JSON.stringify({ task: shape.name, inputs, head }, undefined, 2)}\n`],
      ];
    },
    dispose: () => tf.dispose(layers.map(([, variable]) => variable)),
  };
}

/**
 * Reads a folder's `head.json` and `head.safetensors`.
 * @returns undefined for a folder without them
 * @throws KaleidoError for damaged files
 */
export async function readOwnHead(files: FolderFiles): Promise<StoredOwnHead | undefined> {
  const read = await readHeadFiles(files, [ownHeadFile, ownLayersFile], schema);
  if (read === undefined) return undefined;
  const { task, ...input } = read.description;
  return { task, input, layers: read.layers };
}

/**
 * The head of a folder, with the functions of its task, which a folder cannot hold.
 * @throws KaleidoError where the task is missing or another one, or its layers have other shapes
 */
export function openOwnHead<Result>(
  { task, input, layers }: StoredOwnHead,
  shape: OwnHeadShape<Result> | undefined,
  config: KaleidoBertConfig,
  folder: string,
): TaskHead<Result> {
  const refuse = (problem: string, found: unknown, advice: string): KaleidoError =>
    new KaleidoError({ source: 'fine-tuning', problem, found, advice });
  if (shape === undefined)
    throw refuse(
      `${folder} is fine-tuned for a task of its author's own, whose functions are not in the folder`,
      task,
      'pass the task: openKaleido(folder, { task })',
    );
  if (shape.name !== task) throw refuse(`${folder} is fine-tuned for the task "${task}"`, shape.name, 'pass that task');
  const width = headInputSize(input, config);
  if (input.inputs !== shape.input.inputs || input.head !== shape.input.head)
    throw refuse(
      `the head in ${folder} reads inputs "${input.inputs}" with head "${input.head}"`,
      { inputs: shape.input.inputs, head: shape.input.head },
      'define the task as it was',
    );
  const wanted = Object.entries(shape.layers(width));
  const shown = (shapes: readonly (readonly [string, readonly number[]])[]): string =>
    shapes
      .map(([name, lengths]) => `${name} [${lengths.join(', ')}]`)
      .sort()
      .join(', ');
  const found = shown([...layers].map(([name, { shape: lengths }]) => [name, lengths]));
  if (shown(wanted) !== found)
    throw refuse(
      `the task "${task}" has the layers ${shown(wanted)}`,
      `${found} in ${folder}`,
      'define the task as it was',
    );
  return ownHead(shape, width, new Map([...layers].map(([name, { values }]) => [name, values])));
}
