import { beforeAll, describe, expect, it } from '@jest/globals';
import { selectBackend, tf } from '@kaleido/backend';
import { catalogueOf, vocabulary } from '../../test/small-catalogue.ts';
import { descend, of, smallObjectiveSources, termsOf, withModel } from '../../test/small-training.ts';
import { stageBatches, type WordsBatch, type WordsOptions, words } from '../index.ts';

const sources = smallObjectiveSources();
const optionsOf = (options: object): WordsOptions => words.schema.parse({ batchSize: 8, ...options });
const draw = async (options: object, step = 0, microBatches = 1, microBatch = 0, from = sources): Promise<WordsBatch> =>
  (
    await stageBatches({ words: optionsOf(options) }, from, { seed: 1, stage: 'words', microBatches }).batch(
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

  /** Sixty products with different captions; a caption's pieces say which it is. */
  const sixty = Array.from({ length: 60 }, (_, row) => ({ product: row, caption: row, group: 0 }));
  const many = smallObjectiveSources(sixty);
  const captionsOf = ({ text, maskedPositions, maskedLabels, maskedWeights }: WordsBatch): string[] => {
    const M = maskedPositions.length / text.size;
    return Array.from({ length: text.size }, (_, b) => {
      const own = [...text.ids.subarray(b * text.textLength, (b + 1) * text.textLength)];
      for (let i = b * M; i < (b + 1) * M; i++) if (maskedWeights[i] === 1) own[maskedPositions[i]!] = maskedLabels[i]!;
      return own.filter((id) => id !== 0).join(' ');
    });
  };

  it('cuts a step into the same captions whatever the number of micro-batches', async () => {
    for (const step of [0, 3, 9]) {
      const whole = captionsOf(await draw({}, step, 1, 0, many));
      const parts = await Promise.all([0, 1].map((microBatch) => draw({}, step, 2, microBatch, many)));
      expect(parts.map(({ text }) => text.size)).toEqual([4, 4]);
      expect(parts.flatMap(captionsOf).sort()).toEqual(whole.sort());
    }
    expect(await draw({})).toEqual(await draw({}));
  });

  it('takes every caption once in an epoch, steps of captions of about one length', async () => {
    const { ids, lengths, textLength } = catalogueOf(sixty);
    const all = sixty.map((_, row) => [...ids.subarray(row * textLength, row * textLength + lengths[row]!)].join(' '));
    const steps = await Promise.all([0, 1, 2, 3, 4].map((step) => draw({ batchSize: 12 }, step, 1, 0, many)));
    expect(steps.flatMap(captionsOf).sort()).toEqual([...all].sort());
    const spreads = steps.map((batch) => {
      const own = captionsOf(batch).map((caption) => caption.split(' ').length);
      return Math.max(...own) - Math.min(...own);
    });
    // The captions have 4 to 14 pieces; drawn at random, twelve of them differ by nine or ten.
    expect(Math.max(...spreads)).toBeLessThanOrEqual(4);
  });

  it('puts no caption twice into a step of a small catalogue', async () => {
    const captions = captionsOf(await draw({ batchSize: 12 }, 0, 1, 0, smallObjectiveSources(sixty.slice(0, 12))));
    expect(new Set(captions).size).toBe(12);
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
