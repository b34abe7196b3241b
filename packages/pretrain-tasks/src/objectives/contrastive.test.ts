import { beforeAll, describe, expect, it } from '@jest/globals';
import { selectBackend, tf } from '@kaleido/backend';
import { rows } from '../../test/small-catalogue.ts';
import { descend, of, pictureFeatures, smallObjectiveSources, termsOf, withModel } from '../../test/small-training.ts';
import {
  type ContrastiveBatch,
  type ContrastiveOptions,
  contrastive,
  type ObjectiveSources,
  stageBatches,
  stageObjectivesSchema,
} from '../index.ts';

const sources = smallObjectiveSources();
const { catalogue, negatives } = sources;
const optionsOf = (options: object): ContrastiveOptions =>
  contrastive.schema.parse({ batchSize: 6, groupSize: 1, wordDropout: 0, temperature: 0.2, ...options });

async function draw(
  options: ContrastiveOptions,
  from: ObjectiveSources = sources,
  place: { step?: number; microBatch?: number; microBatches?: number } = {},
): Promise<ContrastiveBatch> {
  const { step = 0, microBatch = 0, microBatches = 1 } = place;
  const objectives = stageObjectivesSchema.parse({ contrastive: options });
  const source = stageBatches(objectives, from, { seed: 1, stage: 'test', microBatches });
  return (await source.batch(step, microBatch)).contrastive as ContrastiveBatch;
}

beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
});

describe('contrastive', () => {
  it.each([
    ['embeddings', 6],
    ['encoder', 6],
    ['embeddings', 0],
  ] as const)('is two losses that learn, from %s with joint_size %d', async (one_sided_encoding, joint_size) => {
    const options = optionsOf({});
    const batch = await draw(options);
    await withModel({ one_sided_encoding, joint_size }, (model, encoder) => {
      const { losses } = descend(model, 14, 0.01, () => {
        const terms = termsOf(contrastive, options, encoder, batch);
        expect([...terms.values()].map(({ name, value }) => [name, value.shape])).toEqual([
          ['contrastive', []],
          ['contrastiveMeans', []],
        ]);
        return tf.addN([...terms.values()].map(({ value }) => value));
      });
      expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.75);
    });
  });

  it('reads only level 1 if the joint space does, with the same loss', async () => {
    await withModel({ joint_size: 6, joint_view: 'whole' }, async (_model, encoder) => {
      for (const labelSmoothing of [0, 0.2]) {
        const options = optionsOf({ labelSmoothing });
        const [all, whole] = [await draw(options), await draw(options, { ...sources, jointPatches: [0] })];
        expect(whole.joint.pairs.image.features).toHaveLength(all.joint.pairs.image.features.length / 55);
        expect(whole.means?.pairs.image.features).toHaveLength(all.joint.pairs.image.features.length);
        expect(all.means).toBeUndefined();
        const joint = (batch: ContrastiveBatch): number =>
          of(() => termsOf(contrastive, options, encoder, batch).get('contrastive')!.value.dataSync<'float32'>()[0]!);
        expect(joint(whole)).toBeCloseTo(joint(all), 5);
      }
    });
  });

  it('has means of fewer pairs on request, and none with weight 0', async () => {
    const from = { ...sources, jointPatches: [0] };
    expect((await draw(optionsOf({ meanBatchSize: 2 }), from)).means?.pairs.rows).toHaveLength(2);
    expect((await draw(optionsOf({ meanWeight: 0 }), from)).means).toBeUndefined();
  });

  it('excludes pairs of the whole step, regardless of its micro-batches', async () => {
    const options = optionsOf({ batchSize: 12, groupSize: 2 });
    const parts = [0, 1, 2].map((microBatch) => draw(options, sources, { step: 3, microBatch, microBatches: 3 }));
    const batches = await Promise.all(parts);
    const all = batches.flatMap(({ joint }) => [...joint.pairs.rows]);
    expect(all).toHaveLength(12);
    for (const { joint } of batches)
      for (const [i, a] of all.entries())
        for (const [j, b] of all.entries())
          expect(joint.excluded[i * 12 + j]).toBe(i !== j && !negatives.fits(a, b) ? 1 : 0);
    expect(batches[0]!.joint.excluded.some((value) => value === 1)).toBe(true);
  });

  it('learns from further products in a separate batch', async () => {
    const more = { catalogue, features: pictureFeatures(rows.length), negatives };
    const options = optionsOf({ more: { batchSize: 4, weight: 3 } });
    const from = { ...sources, jointPatches: [0], more };
    const batch = await draw(options, from);
    expect(batch.more?.pairs.rows).toHaveLength(4);
    expect((await draw(options, { ...from, more: undefined })).more).toBeUndefined();
    await withModel({ joint_size: 6, joint_view: 'whole' }, (_model, encoder) => {
      const weights = of(() =>
        [...termsOf(contrastive, options, encoder, batch).values()].map(({ name, weight }): [string, number] => [
          name,
          weight,
        ]),
      );
      expect(weights).toEqual([
        ['contrastive', 1],
        ['contrastiveMeans', 0.5],
        ['contrastiveMore', 3],
      ]);
    });
    expect([contrastive.examples(options, true), contrastive.examples(options, false)]).toEqual([10, 6]);
  });

  it('requires whole groups in each micro-batch, and means of the same pairs', () => {
    const paths = (options: object): (readonly string[])[] =>
      (contrastive.check?.(optionsOf(options), { microBatches: 2 }) ?? []).map(({ path }) => path);
    expect(paths({ batchSize: 8, groupSize: 2 })).toEqual([]);
    expect(paths({ batchSize: 6, groupSize: 2 })).toEqual([['batchSize']]);
    expect(paths({ batchSize: 8, groupSize: 2, more: { batchSize: 6 } })).toEqual([['more', 'batchSize']]);
    expect(paths({ batchSize: 4, groupSize: 1, meanBatchSize: 8 })).toEqual([['meanBatchSize']]);
  });
});
