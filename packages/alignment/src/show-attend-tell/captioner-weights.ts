import {
  float32Tensor,
  float32Values,
  KaleidoError,
  type SafetensorsFile,
  type StoredTensor,
} from '@kaleido/foundation';
import { captionerVariables } from './captioner-variables.ts';
import type { ShowAttendTellConfig } from './show-attend-tell-config.ts';

/** Every weight of a captioner by name, on the host. */
export type CaptionerWeights = ReadonlyMap<string, Float32Array>;

const advice = 'use the configuration that was written with these weights';

/** @throws KaleidoError for a weight that is missing, of another size, or that no variable asks for */
export function assertCaptionerWeights(config: ShowAttendTellConfig, weights: CaptionerWeights): void {
  const variables = captionerVariables(config);
  const names = new Set(variables.map(({ name }) => name));
  for (const name of weights.keys())
    if (!names.has(name))
      throw new KaleidoError({
        source: 'alignment',
        problem: 'the weights hold a tensor that the captioner has no variable for',
        found: name,
        advice,
      });
  for (const { name, shape } of variables) {
    const found = weights.get(name)?.length;
    if (found === shape.reduce((product, length) => product * length, 1)) continue;
    throw new KaleidoError({
      source: 'alignment',
      problem: `the weights must hold "${name}" of shape [${shape.join(', ')}]`,
      found: found === undefined ? 'nothing of that name' : `${found} numbers`,
      advice,
    });
  }
}

/** Weights as safetensors entries, in the captioner's order. */
export function storeCaptionerWeights(
  config: ShowAttendTellConfig,
  weights: CaptionerWeights,
): [string, StoredTensor][] {
  assertCaptionerWeights(config, weights);
  return captionerVariables(config).map(({ name, shape }) => [
    name,
    float32Tensor(weights.get(name) as Float32Array, shape),
  ]);
}

/**
 * The weights of a safetensors file.
 * @throws KaleidoError where a tensor's shape is not the configuration's
 */
export function restoreCaptionerWeights(config: ShowAttendTellConfig, file: SafetensorsFile): CaptionerWeights {
  const shapes = new Map(captionerVariables(config).map(({ name, shape }) => [name, shape.join(', ')]));
  return new Map(
    [...file.tensors].map(([name, tensor]) => {
      const expected = shapes.get(name);
      if (expected !== undefined && expected !== tensor.shape.join(', '))
        throw new KaleidoError({
          source: 'alignment',
          problem: `tensor "${name}" must have the shape [${expected}]`,
          found: `[${tensor.shape.join(', ')}]`,
          advice,
        });
      return [name, float32Values(tensor, name)];
    }),
  );
}
