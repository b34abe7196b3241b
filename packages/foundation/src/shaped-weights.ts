import { KaleidoError } from './kaleido-error.ts';
import { float32Tensor, float32Values, type SafetensorsFile, type StoredTensor } from './safetensors.ts';

/** A variable of a network. */
export interface WeightShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Of the errors. */
export interface WeightErrors {
  readonly source: string;
  /** What to do where weights do not fit. */
  readonly advice: string;
}

/**
 * @param sizes the number of values under each name
 * @throws KaleidoError for a weight that is missing, of another size, or that no variable asks for
 */
export function assertWeightSizes(
  shapes: readonly WeightShape[],
  sizes: ReadonlyMap<string, number>,
  { source, advice }: WeightErrors,
): void {
  const names = new Set(shapes.map(({ name }) => name));
  for (const name of sizes.keys())
    if (!names.has(name))
      throw new KaleidoError({
        source,
        problem: 'the weights hold a tensor that the configuration has no variable for',
        found: name,
        advice,
      });
  for (const { name, shape } of shapes) {
    const found = sizes.get(name);
    if (found === shape.reduce((product, length) => product * length, 1)) continue;
    throw new KaleidoError({
      source,
      problem: `the weights must hold "${name}" of shape [${shape.join(', ')}]`,
      found: found === undefined ? 'nothing of that name' : `${found} numbers`,
      advice,
    });
  }
}

/** Weights as safetensors entries, in the order of the shapes. */
export function weightTensors(
  shapes: readonly WeightShape[],
  weights: ReadonlyMap<string, Float32Array>,
): [string, StoredTensor][] {
  return shapes.map(({ name, shape }) => [name, float32Tensor(weights.get(name) as Float32Array, shape)]);
}

/**
 * The weights of a safetensors file.
 * @throws KaleidoError where a tensor has another shape
 */
export function restoreWeightTensors(
  shapes: readonly WeightShape[],
  { tensors }: SafetensorsFile,
  { source, advice }: WeightErrors,
): ReadonlyMap<string, Float32Array> {
  const shapeOf = new Map(shapes.map(({ name, shape }) => [name, shape.join(', ')]));
  return new Map(
    [...tensors].map(([name, tensor]) => {
      const expected = shapeOf.get(name);
      if (expected !== undefined && expected !== tensor.shape.join(', '))
        throw new KaleidoError({
          source,
          problem: `tensor "${name}" must have the shape [${expected}]`,
          found: `[${tensor.shape.join(', ')}]`,
          advice,
        });
      return [name, float32Values(tensor, name)];
    }),
  );
}
