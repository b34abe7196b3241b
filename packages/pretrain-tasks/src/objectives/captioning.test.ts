import { beforeAll, describe, expect, it } from '@jest/globals';
import { memory, selectBackend, tf } from '@kaleido/backend';
import { generateCaptions } from '@kaleido/model';
import { catalogueOf, vocabulary } from '../../test/small-catalogue.ts';
import { descend, of, smallObjectiveSources, termsOf, withModel } from '../../test/small-training.ts';
import {
  type CaptioningOptions,
  captioning,
  imageBatch,
  type PairBatch,
  stageBatches,
  stageObjectivesSchema,
} from '../index.ts';

/** Eight products with different captions of 3 to 12 pieces. */
const eight = Array.from({ length: 8 }, (_, row) => ({ product: row, caption: row, group: 0 }));
const sources = smallObjectiveSources(eight);
const optionsOf = (options: object): CaptioningOptions => captioning.schema.parse({ batchSize: 8, ...options });
const batchOf = async (options: object): Promise<PairBatch> => {
  const objectives = stageObjectivesSchema.parse({ captioning: { batchSize: 8, ...options } });
  const source = stageBatches(objectives, sources, { seed: 1, stage: 'test', microBatches: 1 });
  return (await source.batch(0, 0)).captioning as PairBatch;
};

beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
});

describe('captioning', () => {
  it('puts captions of about one length into a step, where an epoch has eight or more', async () => {
    const products = Array.from({ length: 60 }, (_, row) => ({ product: row, caption: row, group: 0 }));
    const many = smallObjectiveSources(products);
    /** Of each step of an epoch, how much longer its longest caption is than its shortest. */
    const spreads = async (batchSize: number): Promise<number[]> => {
      const objectives = stageObjectivesSchema.parse({ captioning: { batchSize } });
      const source = stageBatches(objectives, many, { seed: 1, stage: 'test', microBatches: 1 });
      const steps = Array.from({ length: Math.floor(products.length / batchSize) }, async (_, step) => {
        const { rows } = (await source.batch(step, 0)).captioning as PairBatch;
        const lengths = rows.map((row) => many.catalogue.lengths[row]!);
        return Math.max(...lengths) - Math.min(...lengths);
      });
      return Promise.all(steps);
    };
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(await spreads(7))).toBeLessThan(0.5 * mean(await spreads(8)));
  });

  it('is the mean cross-entropy of every piece after [CLS], [SEP] included, from those before it', async () => {
    const batch = await batchOf({});
    const { text, image } = batch;
    await withModel({ initializer_range: 1 }, (model, encoder) => {
      const expected = of(() => {
        const catalogue = catalogueOf(eight);
        const patches = model.embedPatches(model.imageInput(image));
        let [sum, count] = [0, 0];
        for (const [b, row] of batch.rows.entries()) {
          for (let at = 1; at < catalogue.lengths[row]!; at++) {
            // The pieces before it alone.
            const before = {
              size: 1,
              textLength: at,
              ids: text.ids.slice(b * text.textLength, b * text.textLength + at),
            };
            const input = model.textInput({ ...before, mask: new Float32Array(at).fill(1) });
            const own = tf.slice(patches, [b, 0, 0], [1, 55, -1]);
            const { sequence } = model.encodeBoth(model.embedText(input), input.mask, own, { causalText: true });
            const logits = model.predictTokens(sequence, tf.tensor([[at - 1]], [1, 1], 'int32'));
            const label = text.ids[b * text.textLength + at]!;
            sum -= tf.logSoftmax(logits).dataSync<'float32'>()[label]!;
            count++;
          }
        }
        expect(count).toBe(batch.rows.reduce((total, row) => total + catalogue.lengths[row]! - 1, 0));
        return sum / count;
      });
      const found = of(
        () => termsOf(captioning, optionsOf({}), encoder, batch).get('captioning')!.value.dataSync<'float32'>()[0]!,
      );
      expect(found).toBeCloseTo(expected, 3);
    });
  });

  it('reads a share of the patches, and has its weight', async () => {
    const batch = await batchOf({ patchShare: 0.5 });
    expect(batch.image.patches!.length).toBe(1 + 2 + 5 + 8 + 13);
    await withModel({}, (_model, encoder) => {
      const [found, weight] = of(() => {
        const term = termsOf(captioning, optionsOf({ weight: 0.5 }), encoder, batch).get('captioning')!;
        return [term.value.dataSync<'float32'>()[0]!, term.weight];
      });
      expect(Math.abs(found - Math.log(vocabulary.size))).toBeLessThan(1);
      expect(weight).toBe(0.5);
    });
  });

  it('teaches a model to say the captions of eight products', async () => {
    const batch = await batchOf({});
    await withModel({ hidden_size: 24, intermediate_size: 48 }, async (model, encoder) => {
      const { losses, reached } = descend(
        model,
        120,
        0.02,
        () => termsOf(captioning, optionsOf({}), encoder, batch).get('captioning')!.value,
      );
      expect(losses[0]).toBeGreaterThan(3);
      expect(losses.at(-1)).toBeLessThan(0.1);
      expect(reached.has('cls/predictions/transform/dense/kernel')).toBe(true);
      const tokens = { classification: 2, separator: 3, mask: vocabulary.mask, never: [0, 1] };
      const { ids, lengths, textLength } = catalogueOf(eight);
      const captions = eight.map((_, row) => [
        ...ids.slice(row * textLength + 1, row * textLength + lengths[row]! - 1),
      ]);
      const image = await imageBatch(sources.features, [0, 1, 2, 3, 4, 5, 6, 7]);
      const live = memory().numTensors;
      for (const choice of [{ kind: 'greedy' }, { kind: 'beam' }] as const) {
        const written = await generateCaptions(model, image, { method: 'left-to-right', choice, tokens });
        expect(written.map((caption) => [...caption.ids])).toEqual(captions);
        for (const { logProbability, cut } of written) {
          expect(logProbability).toBeGreaterThan(-2);
          expect(cut).toBe(false);
        }
      }
      expect(memory().numTensors).toBe(live);
    });
  });

  it('needs as many pairs in each micro-batch, and a weight', () => {
    expect(captioning.check?.(optionsOf({ batchSize: 3 }), { microBatches: 2 })).toMatchObject([
      { path: ['batchSize'] },
    ]);
    expect(captioning.check?.(optionsOf({ batchSize: 4 }), { microBatches: 2 })).toEqual([]);
    const idle = captioning.withoutEffect?.(optionsOf({ weight: 0 }), { jointPatches: undefined });
    expect(idle).toEqual([{ path: [], value: { weight: 0 }, why: 'its weight is 0' }]);
  });
});
