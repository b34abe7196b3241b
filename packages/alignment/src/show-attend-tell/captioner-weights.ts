import {
  assertWeightSizes,
  restoreWeightTensors,
  type SafetensorsFile,
  type StoredTensor,
  type WeightErrors,
  weightTensors,
} from '@kaleido/foundation';
import { captionerVariables } from './captioner-variables.ts';
import type { ShowAttendTellConfig } from './show-attend-tell-config.ts';

/** Every weight of a captioner by name, on the host. */
export type CaptionerWeights = ReadonlyMap<string, Float32Array>;

const errors: WeightErrors = {
  source: 'alignment',
  advice: 'use the configuration that was written with these weights',
};

/** @throws KaleidoError for a weight that is missing, of another size, or that no variable asks for */
export function assertCaptionerWeights(config: ShowAttendTellConfig, weights: CaptionerWeights): void {
  const sizes = new Map([...weights].map(([name, { length }]) => [name, length]));
  assertWeightSizes(captionerVariables(config), sizes, errors);
}

/** Weights as safetensors entries, in the captioner's order. */
export function storeCaptionerWeights(
  config: ShowAttendTellConfig,
  weights: CaptionerWeights,
): [string, StoredTensor][] {
  assertCaptionerWeights(config, weights);
  return weightTensors(captionerVariables(config), weights);
}

/**
 * The weights of a safetensors file.
 * @throws KaleidoError where a tensor's shape is not the configuration's
 */
export function restoreCaptionerWeights(config: ShowAttendTellConfig, file: SafetensorsFile): CaptionerWeights {
  return restoreWeightTensors(captionerVariables(config), file, errors);
}
