import { float32Tensor, float32Values, type StoredTensor } from '@kaleido/foundation';
import type { OptimizerState } from './optimizer.ts';

/** Weights, and the moments of the optimiser if it has done any steps. */
export interface StoredState {
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly optimizer?: OptimizerState | undefined;
}

const prefixes = { weights: 'weights/', firstMoments: 'first/', secondMoments: 'second/' } as const;

/** A state as safetensors entries. The optimiser's step is not among them: it goes into the file's metadata. */
export function stageStateTensors({ weights, optimizer }: StoredState): (readonly [string, StoredTensor])[] {
  const entries = (prefix: string, all: ReadonlyMap<string, Float32Array> = new Map()) =>
    [...all].map(([name, values]) => [`${prefix}${name}`, float32Tensor(values, [values.length])] as const);
  return [
    ...entries(prefixes.weights, weights),
    ...entries(prefixes.firstMoments, optimizer?.firstMoments),
    ...entries(prefixes.secondMoments, optimizer?.secondMoments),
  ];
}

/** The state of `stageStateTensors`. @param optimizerStep undefined: without the optimiser */
export function restoreStageState(
  tensors: ReadonlyMap<string, StoredTensor>,
  optimizerStep: number | undefined,
): StoredState {
  const of = (prefix: string): ReadonlyMap<string, Float32Array> =>
    new Map(
      [...tensors]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, tensor]) => [name.slice(prefix.length), float32Values(tensor, name)]),
    );
  const weights = of(prefixes.weights);
  if (optimizerStep === undefined) return { weights };
  const [firstMoments, secondMoments] = [of(prefixes.firstMoments), of(prefixes.secondMoments)];
  return { weights, optimizer: { step: optimizerStep, firstMoments, secondMoments } };
}
