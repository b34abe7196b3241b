import { randomStream } from '@kaleido/foundation';
import { kaleidoBertConfig, type Weights } from '@kaleido/model';
import { parseRecipe } from '@kaleido/recipe-schema';
import type { PretrainData } from '../src/training-data.ts';
import { microRecipe } from './micro-recipe.ts';

const [N, T, F] = [8, 5, 6];

export const smallConfig = kaleidoBertConfig({
  vocab_size: 20,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  max_position_embeddings: T,
  text_seq_len: T,
  patch_feature_size: F,
  initializer_range: 0.5,
  joint_size: 4,
});

/**
 * A stage of pre-training on eight products of one sub-category, each with its own caption and features.
 * @param weights of a model of `smallConfig`, or of the configuration among the changes
 * @param objectives as a recipe's stage has them
 */
export function smallPretraining(
  weights: Weights,
  objectives: object,
  changes: Partial<PretrainData> = {},
): PretrainData {
  const { stages } = parseRecipe(
    JSON.stringify({ ...microRecipe(), stages: [{ name: 'stage', steps: 4, learningRate: 0.001, objectives }] }),
    'test',
  );
  const random = randomStream(1, 'test');
  const values = new SharedArrayBuffer(N * 74 * F);
  new Uint8Array(values).set(Array.from({ length: N * 74 * F }, () => random.integer(256)));
  const own = Int32Array.from({ length: N }, (_, row) => row);
  return {
    backend: 'wasm',
    precision: 'float32',
    threads: 1,
    config: smallConfig,
    weights,
    catalogue: {
      rows: N,
      textLength: T,
      ids: Int32Array.from({ length: N * T }, (_, at) => [2, 5 + Math.floor(at / T), 13, 14 + (at % 3), 3][at % T]!),
      wordStarts: Uint8Array.from({ length: N * T }, (_, at) => ([1, 2, 3].includes(at % T) ? 1 : 0)),
      lengths: new Int32Array(N).fill(T),
      products: own,
      captions: own,
      groups: new Int32Array(N),
    },
    features: {
      kind: 'resident',
      rows: N,
      featureWidth: F,
      memory: {
        rows: N,
        featureWidth: F,
        precision: 'byte',
        values,
        positions: new SharedArrayBuffer(4 * N * 55 * 5),
      },
    },
    vocabulary: { size: 20, mask: 4, firstOrdinary: 5 },
    seed: 1,
    stage: stages[0]!,
    ...changes,
  };
}
