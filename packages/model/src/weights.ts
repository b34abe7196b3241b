import { readAll } from '@kaleido/backend';
import {
  float32Tensor,
  float32Values,
  KaleidoError,
  type SafetensorsFile,
  type StoredTensor,
} from '@kaleido/foundation';
import { KaleidoBert } from './kaleido-bert.ts';
import type { KaleidoBertConfig } from './kaleido-bert-config.ts';
import { variableDescriptions } from './variables.ts';

/** Every weight by name, on the host. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** Copies of a model's weights. */
export async function readWeights(model: KaleidoBert): Promise<Map<string, Float32Array>> {
  const values = await readAll([...model.variables.values()]);
  return new Map([...model.variables.keys()].map((name, index) => [name, values[index] as Float32Array]));
}

/**
 * A model with these weights.
 * @throws KaleidoError for a weight that is missing, of another size, or that no variable asks for
 */
export function modelFromWeights(config: KaleidoBertConfig, weights: Weights): KaleidoBert {
  // Every weight is checked before the first variable is made, so that a refusal leaves nothing behind.
  assertWeights(config, new Map([...weights].map(([name, { length }]) => [name, length])));
  return KaleidoBert.fromValues(config, ({ name }) => weights.get(name) as Float32Array);
}

/**
 * @param sizes the number of values under each name
 * @throws KaleidoError for a weight that is missing, of another size, or that no variable asks for
 */
export function assertWeights(config: KaleidoBertConfig, sizes: ReadonlyMap<string, number>): void {
  const descriptions = variableDescriptions(config);
  const names = new Set(descriptions.map(({ name }) => name));
  for (const name of sizes.keys())
    if (!names.has(name))
      throw new KaleidoError({
        source: 'model',
        problem: 'the weights hold a tensor that the configuration has no variable for',
        found: name,
        advice: 'use the config.json that was written with these weights',
      });
  for (const { name, shape } of descriptions) {
    const found = sizes.get(name);
    if (found === shape.reduce((product, length) => product * length, 1)) continue;
    throw new KaleidoError({
      source: 'model',
      problem: `the weights must hold "${name}" of shape [${shape.join(', ')}]`,
      found: found === undefined ? 'nothing of that name' : `${found} numbers`,
      advice: 'use the config.json that was written with these weights',
    });
  }
}

/** Weights as safetensors entries, in the model's order. */
export function storeWeights(config: KaleidoBertConfig, weights: Weights): [string, StoredTensor][] {
  return variableDescriptions(config).map(({ name, shape }) => [
    name,
    float32Tensor(weights.get(name) as Float32Array, shape),
  ]);
}

/**
 * The weights of a safetensors file.
 * @throws KaleidoError where a tensor's shape is not the configuration's
 */
export function restoreWeights(config: KaleidoBertConfig, file: SafetensorsFile): Weights {
  const shapes = new Map(variableDescriptions(config).map(({ name, shape }) => [name, shape.join(', ')]));
  return new Map(
    [...file.tensors].map(([name, tensor]) => {
      const expected = shapes.get(name);
      if (expected !== undefined && expected !== tensor.shape.join(', '))
        throw new KaleidoError({
          source: 'model',
          problem: `tensor "${name}" must have the shape [${expected}]`,
          found: `[${tensor.shape.join(', ')}]`,
          advice: 'use the config.json that was written with these weights',
        });
      return [name, float32Values(tensor, name)];
    }),
  );
}

/** A Float32Array over bytes that were read only for it, without a copy. */
export function ownedFloats(tensor: StoredTensor, name: string): Float32Array {
  const { type, bytes } = tensor;
  if (type !== 'F32' || bytes.byteOffset % 4 !== 0) return float32Values(tensor, name);
  return new Float32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength / 4);
}
