import { beforeAll, describe, expect, it } from '@jest/globals';
import { memory, selectBackend, type Tensor, tf } from '@kaleido/backend';
import { randomStream } from '@kaleido/foundation';
import { KaleidoBert, kaleidoBertConfig, readWeights, type Weights } from '@kaleido/model';
import { microRecipe } from '../test/micro-recipe.ts';
import { pretrainProgram } from './pretrain-worker.ts';
import { parseRecipe } from './recipe-schema.ts';
import type { PretrainWorkerData } from './worker-data.ts';

const [N, T, F] = [8, 5, 6];
const config = kaleidoBertConfig({
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

let weights: Weights = new Map();
beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
  const model = KaleidoBert.create(config, 1);
  weights = await readWeights(model);
  model.dispose();
});

/** Eight products of one sub-category, each with a caption and features of its own. */
function dataOf(objectives: object, changes: Partial<PretrainWorkerData> = {}): PretrainWorkerData {
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
    threads: 1,
    config,
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
      rows: N,
      featureWidth: F,
      precision: 'byte',
      values,
      positions: new SharedArrayBuffer(4 * N * 55 * 5),
      statistics: { mean: new Float32Array(F), deviation: new Float32Array(F).fill(1) },
    },
    vocabulary: { size: 20, mask: 4, firstOrdinary: 5 },
    seed: 1,
    stage: stages[0]!,
    ...changes,
  };
}

const hardNegatives = { perRow: 1, share: 1, rows: Int32Array.from({ length: N }, (_, row) => (row + 1) % N) };
const matching = { groups: 2, groupSize: 3 };

/** Losses of the first shard's first steps, by name. */
function figuresOf(data: PretrainWorkerData): Record<string, number[]> {
  const all: Record<string, number[]> = {};
  const before = memory().numTensors;
  const program = pretrainProgram(data);
  for (const step of [0, 1, 2])
    tf.tidy(() => {
      const { loss, figures } = program.computeLoss(step, 0);
      for (const [name, figure] of Object.entries<Tensor>({ loss, ...figures })) {
        all[name] ??= [];
        all[name].push(figure.dataSync<'float32'>()[0]!);
      }
    });
  for (const variable of program.variables.values()) variable.dispose();
  expect(memory().numTensors - before).toBe(0);
  return all;
}

describe('pretrainProgram', () => {
  it('gives hard negatives to the pair objectives, and never to the tasks of the paper', () => {
    const tasks = { batchSize: 8 };
    expect(figuresOf(dataOf({ tasks }, { hardNegatives }))).toEqual(figuresOf(dataOf({ tasks })));
    const [hard, plain] = [figuresOf(dataOf({ matching }, { hardNegatives })), figuresOf(dataOf({ matching }))];
    expect(hard.matchingChoice).not.toEqual(plain.matchingChoice);
  });

  it('adds up its objectives by their weights', () => {
    const parts = figuresOf(
      dataOf({
        contrastive: { batchSize: 8, groupSize: 2, weight: 0.5, meanWeight: 0.25 },
        matching: { ...matching, weight: 2, distillation: { weight: 3 } },
        tasks: { batchSize: 8, weights: { rotation: 1.5, camouflage: 0 } },
      }),
    );
    const weightOf: Record<string, number> = {
      contrastive: 0.5,
      contrastiveMeans: 0.25,
      matchingChoice: 2,
      matchingDistillation: 6,
      maskedTokens: 1,
      match: 1,
      rotation: 1.5,
      jigsaw: 1,
      camouflage: 0,
      greyToColour: 1,
      blankToColour: 1,
    };
    expect(Object.keys(parts)).toEqual(['loss', ...Object.keys(weightOf)]);
    for (const [step, loss] of parts.loss!.entries()) {
      const sum = Object.entries(weightOf).reduce((total, [name, weight]) => total + weight * parts[name]![step]!, 0);
      expect(loss).toBeCloseTo(sum, 3);
    }
  });
});
