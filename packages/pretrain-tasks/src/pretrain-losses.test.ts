import { beforeAll, describe, expect, it } from '@jest/globals';
import { selectBackend, type Tensor, tf } from '@kaleido/backend';
import { randomStream } from '@kaleido/foundation';
import { rows, smallSources } from '../test/small-catalogue.ts';
import { descend, of, pictureFeatures, withModel } from '../test/small-training.ts';
import { type PretrainSources, paperBatchOptions, pretrainBatch, pretrainLosses, pretrainTasks } from './index.ts';

const sources: PretrainSources = { ...smallSources(), features: pictureFeatures(rows.length) };

beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
});

describe('pretrainLosses', () => {
  const drawn = pretrainBatch(sources, [0, 2, 5, 9, 10], paperBatchOptions, randomStream(1, 'batch'));

  it('are seven numbers near chance at first, whose sum learns through every head', async () => {
    const batch = await drawn;
    await withModel({ initializer_range: 0.02 }, (model, encoder) => {
      const first = of(() =>
        Object.fromEntries(
          Object.entries(pretrainLosses(encoder, batch)).map(([task, loss]: [string, Tensor]) => {
            expect([task, loss.shape]).toEqual([task, []]);
            return [task, loss.dataSync<'float32'>()[0]!];
          }),
        ),
      );
      expect(Object.keys(first)).toEqual(pretrainTasks);
      expect(first.maskedTokens).toBeCloseTo(Math.log(60), 0);
      expect(first.match).toBeCloseTo(Math.log(2), 1);
      expect(first.rotation).toBeCloseTo(Math.log(4), 0);
      expect(first.jigsaw).toBeCloseTo(Math.log(24), 0);
      expect(first.camouflage).toBeCloseTo(Math.log(9), 0);
      for (const task of ['greyToColour', 'blankToColour']) {
        expect(first[task]).toBeGreaterThan(0);
        expect(first[task]).toBeLessThan(0.5);
      }
      const { losses, reached } = descend(model, 8, 0.01, () => tf.addN(Object.values(pretrainLosses(encoder, batch))));
      expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.9);
      const untouched = [...model.trainable().keys()].filter((name) => !reached.has(name));
      expect(untouched.every((name) => name.startsWith('kaleido/'))).toBe(true);
    });
  });

  it('use standardised targets if the model standardises', async () => {
    const batch = await drawn;
    await withModel({ standardise_features: true }, (model, encoder) => {
      const plain = of(() => pretrainLosses(encoder, batch).blankToColour.dataSync<'float32'>()[0]!);
      tf.tidy(() => model.variables.get('kaleido/feature_deviation')!.assign(tf.fill([6], 0.2)));
      const sharp = of(() => pretrainLosses(encoder, batch).blankToColour.dataSync<'float32'>()[0]!);
      expect(sharp).toBeGreaterThan(plain * 3);
    });
  });
});
