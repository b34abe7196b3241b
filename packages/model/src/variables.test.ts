import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { selectBackend } from '@kaleido/backend';
import { patchCount } from '@kaleido/layout';
import { releasedFixtures } from '../test/released-models.ts';
import { smallConfig } from '../test/small-model.ts';
import {
  KaleidoBert,
  kaleidoBertConfig,
  presetSize,
  readWeights,
  releasedPrefix,
  variableDescriptions,
} from './index.ts';

const baseConfig = kaleidoBertConfig({ ...presetSize('base'), vocab_size: 30522, patch_feature_size: 2048 });

beforeAll(async () => {
  await selectBackend({ prefer: 'cpu' });
});

const weightsOf = async (changes: Readonly<Record<string, unknown>>, seed: number) => {
  const model = KaleidoBert.create(smallConfig(changes), seed);
  const weights = await readWeights(model);
  model.dispose();
  return weights;
};

describe('variableDescriptions', () => {
  it('are those of the released model at base size, in its order', async () => {
    const { parameters, variables } = JSON.parse(await readFile(`${releasedFixtures}base-variables.json`, 'utf8')) as {
      parameters: number;
      variables: { name: string; shape: number[] }[];
    };
    const ours = variableDescriptions(baseConfig).map(({ name, shape }) => ({ name: releasedPrefix + name, shape }));
    expect(ours).toEqual(variables);
    const sizes = ours.map(({ shape }) => shape.reduce((product, length) => product * length, 1));
    expect(sizes.reduce((sum, size) => sum + size)).toBe(parameters);
  });

  it('number 235 with 121,290,081 parameters at base size', () => {
    const list = variableDescriptions(baseConfig);
    const sizes = list.map(({ shape }) => shape.reduce((product, length) => product * length, 1));
    expect([list.length, sizes.reduce((sum, size) => sum + size)]).toEqual([235, 121_290_081]);
    expect(new Set(list.map(({ name }) => name)).size).toBe(235);
  });

  it('put ours last: measured statistics, which training never changes, and two projections', () => {
    const plain = variableDescriptions(smallConfig());
    const more = variableDescriptions(smallConfig({ standardise_features: true, joint_size: 4 }));
    expect(more.slice(0, plain.length)).toEqual(plain);
    const ours = more.slice(plain.length);
    expect(ours.every(({ name }) => name.startsWith('kaleido/'))).toBe(true);
    expect(ours.filter(({ trainable }) => !trainable).map(({ name }) => name)).toEqual([
      'kaleido/feature_mean',
      'kaleido/feature_deviation',
    ]);
    expect(ours.find(({ name }) => name === 'kaleido/image_projection/output/kernel')?.shape).toEqual([40, 4]);
  });
});

describe('the first values', () => {
  it('depend only on the seed', async () => {
    const first = await weightsOf({}, 7);
    expect(await weightsOf({}, 7)).toEqual(first);
    const other = await weightsOf({}, 8);
    expect(other.get('bert/pooler/dense/kernel')).not.toEqual(first.get('bert/pooler/dense/kernel'));
  });

  it('of a variable do not change when another is added', async () => {
    const plain = await weightsOf({}, 7);
    const more = await weightsOf({ joint_size: 4, standardise_features: true, num_hidden_layers: 3 }, 7);
    for (const [name, values] of plain) expect([name, more.get(name)]).toEqual([name, values]);
  });

  it('are a truncated normal, zeros, ones, or the identity', async () => {
    const weights = await weightsOf({ vocab_size: 2000, attention_initialisation: 'identity', joint_size: 4 }, 7);
    const words = weights.get('bert/embeddings/word_embeddings')!;
    expect(words.every((value) => Math.abs(value) <= 0.6)).toBe(true);
    const mean = words.reduce((sum, value) => sum + value) / words.length;
    const deviation = Math.sqrt(words.reduce((sum, value) => sum + (value - mean) ** 2, 0) / words.length);
    expect(Math.abs(mean)).toBeLessThan(0.01);
    // A normal cut at two deviations has 0.8796 of the deviation.
    expect(Math.abs(deviation / (0.3 * 0.8796) - 1)).toBeLessThan(0.02);
    expect(weights.get('bert/encoder/layer_0/attention/self/query/bias')!.some((value) => value !== 0)).toBe(true);
    expect(new Set(weights.get('bert/encoder/layer_0/output/dense/bias'))).toEqual(new Set([0]));
    expect(new Set(weights.get('bert/encoder/layer_1/output/LayerNorm/gamma'))).toEqual(new Set([1]));
    const identity = Float32Array.from({ length: 144 }, (_, i) => (i % 13 === 0 ? 1 : 0));
    expect(weights.get('bert/encoder/layer_1/attention/self/value/kernel')).toEqual(identity);
    expect(weights.get('bert/encoder/layer_1/attention/output/dense/kernel')).toEqual(identity);
    expect(weights.get('bert/encoder/layer_1/attention/self/key/kernel')).not.toEqual(identity);
    const largest = Math.max(...weights.get('kaleido/image_projection/output/kernel')!.map(Math.abs));
    expect(largest).toBeGreaterThan(1.5 / Math.sqrt(40));
    expect(largest).toBeLessThanOrEqual(2 / Math.sqrt(40));
  });
});

it('levels are 55 patches', () => {
  expect(patchCount).toBe(55);
});
