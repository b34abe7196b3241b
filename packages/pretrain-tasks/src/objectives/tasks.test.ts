import { beforeAll, describe, expect, it } from '@jest/globals';
import { selectBackend } from '@kaleido/backend';
import { of, smallObjectiveSources, termsOf, withModel } from '../../test/small-training.ts';
import { imageBatch, type PretrainBatch, stageBatches, stageObjectivesSchema, tasks } from '../index.ts';

beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
});

describe('a task of weight 0', () => {
  const sources = smallObjectiveSources();
  const settings = {
    batchSize: 8,
    weights: { rotation: 0, jigsaw: 2, camouflage: 0, greyToColour: 0, blankToColour: 0 },
  };
  const draw = async (given: object): Promise<PretrainBatch> => {
    const objectives = stageObjectivesSchema.parse({ tasks: given });
    const plan = { seed: 1, stage: 'test', microBatches: 1 };
    return (await stageBatches(objectives, sources, plan).batch(0, 0)).tasks as PretrainBatch;
  };

  it('is left out of the losses, and its level shows the photograph as it is', async () => {
    const batch = await draw(settings);
    const { features } = await imageBatch(sources.features, batch.rows);
    const F = batch.image.featureWidth;
    const shows = (from: number, to: number): boolean =>
      batch.rows.every((_, b) => {
        const part = (values: Float32Array): string =>
          values.subarray((b * 55 + from) * F, (b * 55 + to) * F).toString();
        return part(batch.image.features) === part(features);
      });
    expect([shows(0, 1), shows(1, 5), shows(5, 55)]).toEqual([true, false, true]);
    expect(batch.image.blankKeep?.every((keep) => keep === 1)).toBe(true);
    await withModel({}, (_model, encoder) => {
      const weights = of(() =>
        [...termsOf(tasks, tasks.schema.parse(settings), encoder, batch).values()].map(({ name, weight }) => [
          name,
          weight,
        ]),
      );
      expect(weights).toEqual([
        ['maskedTokens', 1],
        ['match', 1],
        ['jigsaw', 2],
      ]);
    });
  });

  it('is named in the report', () => {
    const notes = (given: object): readonly string[] => tasks.notes(tasks.schema.parse({ batchSize: 8, ...given }));
    expect(notes({ masking: 'guided', weights: { match: 0, jigsaw: 0 } })).toEqual([
      "Some of the paper's tasks had the weight 0: match, jigsaw.",
    ]);
    expect(notes({ masking: 'guided' })).toEqual([]);
  });
});
