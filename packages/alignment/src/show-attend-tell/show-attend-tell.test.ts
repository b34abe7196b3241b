import { beforeAll, describe, expect, it } from '@jest/globals';
import { memory, selectBackend } from '@kaleido/backend';
import { decodeSafetensors, encodeSafetensors } from '@kaleido/foundation';
import { smallConfig, smallStatistics, special } from '../../test/small-captioner.ts';
import {
  restoreCaptionerWeights,
  ShowAttendTell,
  showAttendTellConfig,
  showAttendTellConfigSchema,
  storeCaptionerWeights,
} from '../index.ts';

const config = smallConfig();

beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
});

describe('showAttendTellConfig', () => {
  it('fills in the defaults', () => {
    expect(showAttendTellConfig({ vocabularySize: 3000, featureWidth: 1048, special })).toEqual({
      vocabularySize: 3000,
      featureWidth: 1048,
      cells: 25,
      annotationSize: 256,
      embeddingSize: 128,
      hiddenSize: 256,
      attentionSize: 128,
      dropout: 0.5,
      doublyStochastic: 1,
      special,
    });
  });

  it('is refused with the name of the wrong key', () => {
    const valid = { vocabularySize: 13, featureWidth: 5, special };
    expect(() => showAttendTellConfig({ ...valid, hiddensize: 3 })).toThrow('did you mean "hiddenSize"?');
    expect(() => showAttendTellConfig({ ...valid, dropout: 1 })).toThrow(
      'the captioner\'s configuration is wrong at "dropout"',
    );
    expect(() => showAttendTellConfig({ ...valid, vocabularySize: 5 })).toThrow('has no piece that a caption may hold');
    expect(() => showAttendTellConfig({ ...valid, special: { ...special, mask: 13 } })).toThrow(
      'special.mask lies outside the 13 pieces of the vocabulary, found 13',
    );
    expect(showAttendTellConfigSchema.safeParse({ ...valid, special: {} }).success).toBe(false);
  });
});

describe('the weights of a captioner', () => {
  it('are decided by the seed', async () => {
    const weightsOf = async (seed: number) => {
      const model = ShowAttendTell.create(config, seed);
      const weights = await model.toWeights();
      model.dispose();
      return weights;
    };
    const first = await weightsOf(1);
    expect(await weightsOf(1)).toEqual(first);
    const other = await weightsOf(2);
    for (const [name, values] of first)
      if (name.endsWith('kernel') || name === 'embedding') expect([name, other.get(name)]).not.toEqual([name, values]);
    // The forget gate starts open.
    expect([...first.get('lstm/bias')!]).toEqual(Array.from({ length: 32 }, (_, at) => (at >= 8 && at < 16 ? 1 : 0)));
  });

  it('pass through a safetensors file', async () => {
    const before = memory().numTensors;
    const model = ShowAttendTell.create(config, 1, smallStatistics(config));
    const weights = await model.toWeights();
    const file = decodeSafetensors(encodeSafetensors(storeCaptionerWeights(config, weights)), 'captioner');
    const again = ShowAttendTell.fromWeights(config, restoreCaptionerWeights(config, file));
    expect(await again.toWeights()).toEqual(weights);
    model.dispose();
    again.dispose();
    expect(memory().numTensors).toBe(before);
    expect(() => restoreCaptionerWeights(smallConfig({ hiddenSize: 9 }), file)).toThrow(
      'tensor "initial_hidden/kernel" must have the shape [6, 9], found "[6, 8]"',
    );
  });

  it('are refused if one is missing, of another size, or unknown', async () => {
    const model = ShowAttendTell.create(config, 1);
    const weights = await model.toWeights();
    model.dispose();
    const before = memory().numTensors;
    const refused = (change: (of: Map<string, Float32Array>) => void, message: string) => {
      const changed = new Map(weights);
      change(changed);
      expect(() => ShowAttendTell.fromWeights(config, changed)).toThrow(message);
      expect(() => storeCaptionerWeights(config, changed)).toThrow(message);
    };
    refused((of) => of.delete('embedding'), 'must hold "embedding" of shape [13, 7], found "nothing of that name"');
    refused(
      (of) => of.set('embedding', new Float32Array(3)),
      'must hold "embedding" of shape [13, 7], found "3 numbers"',
    );
    refused((of) => of.set('other', new Float32Array(3)), 'has no variable for, found "other"');
    expect(memory().numTensors).toBe(before);
  });

  it('hold the statistics; no feature is divided by next to nothing', async () => {
    const mean = Float32Array.of(1, 2, 3, 4, 5);
    const model = ShowAttendTell.create(config, 1, { mean, deviation: Float32Array.of(1, 1, 1, 2, 0) });
    const weights = await model.toWeights();
    expect(weights.get('features/mean')).toEqual(mean);
    expect(weights.get('features/deviation')).toEqual(Float32Array.of(1, 1, 1, 2, 0.1));
    model.dispose();
    expect(() => ShowAttendTell.create(config, 1, { mean, deviation: new Float32Array(4) })).toThrow(
      'the deviation of the features must have 5 values, found 4',
    );
  });
});
