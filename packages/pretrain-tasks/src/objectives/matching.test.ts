import { beforeAll, describe, expect, it } from '@jest/globals';
import { selectBackend, type Tensor, tf } from '@kaleido/backend';
import { randomStream } from '@kaleido/foundation';
import type { Encoder } from '@kaleido/model';
import { rows, smallSources, vocabulary } from '../../test/small-catalogue.ts';
import { descend, of, pictureFeatures, termsOf, withModel } from '../../test/small-training.ts';
import {
  type MatchingBatch,
  type MatchingOptions,
  matching,
  type ObjectiveSources,
  pairBatch,
  stageBatches,
  stageObjectivesSchema,
} from '../index.ts';

const small = smallSources();
const sources = { ...small, features: pictureFeatures(rows.length) };
const optionsOf = (options: object): MatchingOptions => matching.schema.parse({ groups: 2, groupSize: 3, ...options });
const drawn = pairBatch(sources, [5, 0], { groupSize: 3, wordDropout: 0 }, randomStream(1, 'pairs'));

const choiceOf = (encoder: Encoder, batch: MatchingBatch, options: object): Tensor =>
  termsOf(matching, optionsOf(options), encoder, batch).get('matchingChoice')!.value;
const distilledOf = (encoder: Encoder, batch: MatchingBatch, options: object): Tensor =>
  termsOf(matching, optionsOf(options), encoder, batch).get('matchingDistillation')!.value;
const numberOf = (run: () => Tensor): number => of(() => run().dataSync<'float32'>()[0]!);

beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
});

describe('matching', () => {
  it('puts every caption of a group before every image of it', async () => {
    const batch = await drawn;
    // Weights so large that all pairs differ.
    await withModel({ initializer_range: 1 }, (model, encoder) => {
      const expected = of(() => {
        // The same, pair by pair.
        const text = model.textInput(batch.text);
        const image = model.imageInput(batch.image);
        const words = model.embedText(text);
        const patches = model.embedPatches(image);
        const only = (x: typeof words, b: number) =>
          tf.slice(x, [b, ...x.shape.slice(1).map(() => 0)], [1, ...x.shape.slice(1)]);
        const total = [0, 3].map((start) => {
          const difference = [0, 1, 2].map((caption) =>
            [0, 1, 2].map((photograph) => {
              const { sequence } = model.encodeBoth(
                only(words, start + caption),
                only(text.mask, start + caption),
                only(patches, start + photograph),
              );
              const [no, yes] = model.match(model.pool(sequence)).dataSync<'float32'>();
              return yes! - no!;
            }),
          );
          const choice = (scores: readonly number[], own: number): number =>
            Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[own]!;
          return [0, 1, 2].reduce(
            (sum, own) =>
              sum +
              choice(difference[own]!, own) +
              choice(
                difference.map((row) => row[own]!),
                own,
              ),
            0,
          );
        });
        return (total[0]! + total[1]!) / 12;
      });
      expect(numberOf(() => choiceOf(encoder, batch, { binaryWeight: 0 }))).toBeCloseTo(expected, 4);
    });
  });

  it('asks no caption to choose against its own picture, if a catalogue is too small for a group', async () => {
    // Rows 0 and 1 show one picture: a group of three must hold both.
    const few = [0, 0, 1].map((image, row) => ({ product: row, caption: row, group: 0, image }));
    const tiny = smallSources(few);
    const features = pictureFeatures(3);
    const all: ObjectiveSources = {
      ...tiny,
      features,
      negatives: { ...tiny.negatives, drawGroup: () => [0, 1, 2] },
      randomNegatives: tiny.negatives,
      vocabulary,
      jointPatches: undefined,
      hiddenPatches: { grey: 2, blank: 3 },
    };
    const objectives = stageObjectivesSchema.parse({ matching: { groups: 1, groupSize: 3, wordDropout: 0 } });
    const source = stageBatches(objectives, all, { seed: 1, stage: 'test', microBatches: 1 });
    const batch = (await source.batch(0, 0)).matching as MatchingBatch;
    expect([...(batch.excluded ?? [])]).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 0]);
    const { excluded: _, ...plain } = batch;
    await withModel({ initializer_range: 1 }, (_model, encoder) => {
      const options = { groups: 1, binaryWeight: 0.5, distillation: { weight: 1, temperature: 0.1 } };
      const losses = (one: MatchingBatch): number[] => [
        numberOf(() => choiceOf(encoder, one, options)),
        numberOf(() => distilledOf(encoder, one, options)),
      ];
      const [unmasked, masked] = [losses(plain), losses(batch)];
      for (const loss of masked) expect(Number.isFinite(loss)).toBe(true);
      expect(masked[0]).not.toBeCloseTo(unmasked[0]!, 3);
      expect(masked[0]).toBeLessThan(unmasked[0]!);
    });
  });

  it('learns', async () => {
    const batch = await drawn;
    await withModel({ attention_initialisation: 'identity' }, (model, encoder) => {
      const { losses } = descend(model, 26, 0.01, () => choiceOf(encoder, batch, { binaryWeight: 0.2 }));
      expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.6);
    });
  });

  it('requires as many groups in each micro-batch', () => {
    expect(matching.check?.(optionsOf({ groups: 3 }), { microBatches: 2 })).toMatchObject([{ path: ['groups'] }]);
    expect(matching.check?.(optionsOf({ groups: 4 }), { microBatches: 2 })).toEqual([]);
  });
});

describe("matching's distillation", () => {
  const options = { binaryWeight: 0.2, distillation: { weight: 2, temperature: 0.1 } };

  it.each(['patches', 'whole'] as const)(
    'teaches the choice of a joint space of "%s", and does not train it',
    async (view) => {
      const batch = await drawn;
      await withModel({ attention_initialisation: 'identity', joint_view: view }, (model, encoder) => {
        const before = new Map(
          [...model.variables]
            .filter(([name]) => name.startsWith('kaleido/'))
            .map(([name, one]) => [name, one.dataSync()]),
        );
        expect(before.size).toBeGreaterThan(4);
        const { losses } = descend(model, 26, 0.01, () => distilledOf(encoder, batch, options));
        expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.6);
        for (const [name, values] of before)
          expect([name, model.variables.get(name)!.dataSync()]).toEqual([name, values]);
      });
    },
  );

  it('leaves the choice unchanged, has its own weight, and is absent by default', async () => {
    const batch = await drawn;
    await withModel({}, (_model, encoder) => {
      const plain = numberOf(() => choiceOf(encoder, batch, { binaryWeight: 0.2 }));
      expect(numberOf(() => choiceOf(encoder, batch, options))).toBe(plain);
      const weights = (given: object): (readonly [string, number])[] =>
        of(() =>
          [...termsOf(matching, optionsOf(given), encoder, batch).values()].map(({ name, weight }) => [name, weight]),
        );
      expect(weights({ weight: 0.5 })).toEqual([['matchingChoice', 0.5]]);
      expect(weights({ ...options, weight: 0.5 })).toEqual([
        ['matchingChoice', 0.5],
        ['matchingDistillation', 1],
      ]);
    });
  });
});
