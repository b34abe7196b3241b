import { beforeAll, describe, expect, it } from '@jest/globals';
import { selectBackend, tf } from '@kaleido/backend';
import { rows, smallSources, vocabulary } from '../../test/small-catalogue.ts';
import { descend, of, pictureFeatures, termsOf, withModel } from '../../test/small-training.ts';
import { type ObjectiveSources, stageBatches, type WordsBatch, type WordsOptions, words } from '../index.ts';

const { negatives, catalogue } = smallSources();
const sources: ObjectiveSources = {
  catalogue,
  features: pictureFeatures(rows.length),
  negatives,
  randomNegatives: negatives,
  vocabulary,
  jointPatches: undefined,
  hiddenPatches: { grey: 2, blank: 3 },
};
const optionsOf = (options: object): WordsOptions => words.schema.parse({ batchSize: 8, ...options });
const draw = async (options: object, step = 0, microBatches = 1, microBatch = 0): Promise<WordsBatch> =>
  (
    await stageBatches({ words: optionsOf(options) }, sources, { seed: 1, stage: 'words', microBatches }).batch(
      step,
      microBatch,
    )
  ).words as WordsBatch;

beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
});

describe('words', () => {
  it('masks captions and reads undistorted patches of the first levels', async () => {
    for (const [levels, patches] of [
      [1, 1],
      [3, 14],
      [5, 55],
    ] as const) {
      const { text, image, maskedPositions } = await draw({ levels });
      expect(image?.patches).toEqual(Array.from({ length: patches }, (_, patch) => patch));
      expect(image?.features).toHaveLength(8 * patches * 6);
      expect([text.size, maskedPositions.length % 8]).toEqual([8, 0]);
    }
    const share = await draw({ patchShare: 0.5 });
    expect(share.image?.patches).toHaveLength(1 + 2 + 5 + 8 + 13);
    expect((await draw({ levels: 0 })).image).toBeUndefined();
  });

  it('asks for as many pieces as the rate says, and shows them as [MASK] if so set', async () => {
    const { text, maskedPositions, maskedWeights } = await draw({ rate: 0.5, shownAsMask: 1 });
    const M = maskedPositions.length / 8;
    for (let b = 0; b < 8; b++) {
      const own = [...maskedPositions.subarray(b * M, (b + 1) * M)].filter((_, i) => maskedWeights[b * M + i] === 1);
      expect(own.length).toBeGreaterThan(0);
      for (const place of own) expect(text.ids[b * text.textLength + place]).toBe(vocabulary.mask);
    }
  });

  it('cuts a step into the same rows whatever the number of micro-batches', async () => {
    const whole = await draw({});
    const parts = [await draw({}, 0, 2, 0), await draw({}, 0, 2, 1)];
    expect(parts.map(({ text }) => text.size)).toEqual([4, 4]);
    expect(whole.text.size).toBe(8);
    expect(await draw({})).toEqual(whole);
  });

  it('learns the words of a few captions from their pictures', async () => {
    const batch = await draw({ rate: 0.4, shownAsMask: 1 });
    await withModel({}, (model, encoder) => {
      const { losses, reached } = descend(
        model,
        120,
        0.02,
        () => termsOf(words, optionsOf({}), encoder, batch).get('words')!.value,
      );
      expect(losses.at(-1)).toBeLessThan(0.3 * losses[0]!);
      expect(reached).toContain('bert/jigsaw_embeddings/jigsaw_projector');
      expect(reached).toContain('cls/predictions/output_bias');
    });
  });

  it('is the loss of the whole pass, though the last layer is computed for the masked places alone', async () => {
    const batch = await draw({ rate: 0.3 });
    await withModel({ num_hidden_layers: 2 }, (model, encoder) => {
      const [short, whole] = of(() => {
        const { text, image, maskedPositions, maskedLabels, maskedWeights } = batch;
        const input = model.textInput(text);
        const { sequence } = model.encodeBoth(
          model.embedText(input),
          input.mask,
          model.embedPatches(model.imageInput(image!)),
        );
        const places = tf.tensor(maskedPositions, [8, maskedPositions.length / 8], 'int32');
        const logits = model.predictTokens(sequence, places).arraySync() as number[][];
        let [sum, total] = [0, 0];
        for (const [at, row] of logits.entries()) {
          if (maskedWeights[at] === 0) continue;
          const largest = Math.max(...row);
          sum += Math.log(row.reduce((all, x) => all + Math.exp(x - largest), 0)) + largest - row[maskedLabels[at]!]!;
          total++;
        }
        return [termsOf(words, optionsOf({}), encoder, batch).get('words')!.value.dataSync()[0]!, sum / total];
      });
      expect(short).toBeCloseTo(whole, 4);
    });
  });

  it('learns from captions alone where no level is read', async () => {
    const batch = await draw({ levels: 0, rate: 0.4 });
    await withModel({}, (model, encoder) => {
      const { losses, reached } = descend(
        model,
        60,
        0.02,
        () => termsOf(words, optionsOf({ levels: 0 }), encoder, batch).get('words')!.value,
      );
      expect(losses.at(-1)).toBeLessThan(losses[0]!);
      expect([...reached].filter((name) => name.includes('projector'))).toEqual([]);
    });
  });

  it('names the settings that have no effect or do not fit', () => {
    expect(words.withoutEffect?.(optionsOf({ weight: 0 }), {} as never)).toHaveLength(1);
    expect(words.withoutEffect?.(optionsOf({ levels: 0, patchShare: 0.5 }), {} as never)).toMatchObject([
      { path: ['patchShare'] },
    ]);
    expect(words.check?.(optionsOf({ batchSize: 6 }), { microBatches: 4 })).toHaveLength(1);
    expect(words.schema.safeParse({ batchSize: 4, levels: 6 }).success).toBe(false);
  });
});
