import { readAll } from '@kaleido/backend';
import {
  assertWeightSizes,
  float32Values,
  restoreWeightTensors,
  type SafetensorsFile,
  type StoredTensor,
  type WeightErrors,
  weightTensors,
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

/** Errors of weights that do not fit. */
const errors: WeightErrors = { source: 'model', advice: 'use the config.json that was written with these weights' };

/**
 * @param sizes the number of values under each name
 * @throws KaleidoError for a weight that is missing, of another size, or that no variable asks for
 */
export function assertWeights(config: KaleidoBertConfig, sizes: ReadonlyMap<string, number>): void {
  assertWeightSizes(variableDescriptions(config), sizes, errors);
}

/** Weights as safetensors entries, in the model's order. */
export function storeWeights(config: KaleidoBertConfig, weights: Weights): [string, StoredTensor][] {
  return weightTensors(variableDescriptions(config), weights);
}

/**
 * The weights of a safetensors file.
 * @throws KaleidoError where a tensor's shape is not the configuration's
 */
export function restoreWeights(config: KaleidoBertConfig, file: SafetensorsFile): Weights {
  return restoreWeightTensors(variableDescriptions(config), file, errors);
}

/** A Float32Array over bytes that were read only for it, without a copy. */
export function ownedFloats(tensor: StoredTensor, name: string): Float32Array {
  const { type, bytes } = tensor;
  if (type !== 'F32' || bytes.byteOffset % 4 !== 0) return float32Values(tensor, name);
  return new Float32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength / 4);
}
