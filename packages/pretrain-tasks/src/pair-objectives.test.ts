import { beforeAll, describe, expect, it } from '@jest/globals';
import { createVariable, memory, ops, selectBackend, type Tensor, tf, valueAndGradients } from '@kaleido/backend';
import { randomStream } from '@kaleido/foundation';
import { type FeatureTable, levels } from '@kaleido/layout';
import { KaleidoBert, kaleidoBertConfig } from '@kaleido/model';
import { rows, smallSources, vocabulary } from '../test/small-catalogue.ts';
import {
  contrastiveObjective,
  matchingObjective,
  type PairBatch,
  type PretrainSources,
  pairBatch,
  paperBatchOptions,
  pretrainBatch,
  pretrainLosses,
  pretrainTasks,
  wholeContrastiveObjective,
} from './index.ts';

/** F = 6: a vector that follows from the row alone and one that follows from the slot, as a photograph's would. */
function pictureFeatures(count: number): FeatureTable {
  const vector = (name: string, index: number): number[] => {
    const random = randomStream(1, name, index);
    return Array.from({ length: 6 }, () => random.uniform());
  };
  return {
    rows: count,
    featureWidth: 6,
    copy(row, slots, target, offset = 0) {
      const of = vector('row', row);
      for (const [i, slot] of slots.entries()) {
        const at = vector('slot', slot);
        target.set(
          of.map((value, k) => value + at[k]!),
          offset + 6 * i,
        );
      }
    },
    positions: () => Float32Array.from({ length: 55 * 5 }, (_, place) => (place % 7) / 7),
  };
}

const sources: PretrainSources = { ...smallSources(), features: pictureFeatures(rows.length) };
const config = kaleidoBertConfig({
  vocab_size: vocabulary.size,
  hidden_size: 12,
  intermediate_size: 20,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  max_position_embeddings: 16,
  text_seq_len: 16,
  patch_feature_size: 6,
  position_scale: 'unit',
  initializer_range: 0.2,
  joint_size: 6,
});
const pairs = (anchors: readonly number[], groupSize: number, wordDropout = 0, seed = 1): PairBatch =>
  pairBatch(sources, anchors, { groupSize, wordDropout }, randomStream(seed, 'pairs'));

beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
});

describe('pairBatch', () => {
  it('excludes the pairs that show the same product or say the same', () => {
    const of = [0, 1, 2, 3, 4, 10, 11];
    const { excluded, rows: taken } = pairs(of, 1);
    expect(taken).toEqual(of);
    for (const [i, a] of of.entries())
      for (const [j, b] of of.entries()) {
        const same = rows[a]!.product === rows[b]!.product || rows[a]!.caption === rows[b]!.caption;
        expect([i, j, excluded[i * 7 + j]]).toEqual([i, j, i !== j && same ? 1 : 0]);
      }
    expect(excluded.reduce((sum, one) => sum + one)).toBe(6);
  });

  it('excludes the pairs that show the same picture, and draws no group from them', () => {
    // Each picture stands under two products, with a caption of its own each time.
    const twice = smallSources(
      Array.from({ length: 12 }, (_, row) => ({ product: row, caption: row, group: 0, image: row >> 1 })),
    );
    const batch = (anchors: readonly number[], groupSize: number): PairBatch =>
      pairBatch(twice, anchors, { groupSize, wordDropout: 0 }, randomStream(1, 'pairs'));
    const { excluded } = batch([0, 1, 2, 5], 1);
    expect([...excluded]).toEqual([0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for (let row = 0; row < 12; row++) expect(new Set(batch([row], 6).rows.map((one) => one >> 1)).size).toBe(6);
  });

  it('brings a group a row, in which no two are the same', () => {
    const { rows: taken, text, image, excluded } = pairs([5, 0], 4);
    expect(taken.length).toBe(8);
    expect([taken[0], taken[4]]).toEqual([5, 0]);
    expect([text.size, image.size]).toEqual([8, 8]);
    for (const start of [0, 4])
      for (let i = start; i < start + 4; i++)
        for (let j = start; j < start + 4; j++) expect(excluded[i * 8 + j]).toBe(0);
  });

  it('hides pieces by their share, never [CLS] and [SEP]', () => {
    const all = rows.map((_, row) => row);
    const whole = pairs(all, 1);
    const { text } = pairs(all, 1, 0.5);
    const T = text.textLength;
    let [hidden, pieces] = [0, 0];
    for (const row of all) {
      const length = sources.catalogue.lengths[row]!;
      for (let at = 0; at < T; at++) {
        const seen = text.mask[row * T + at];
        if (at === 0 || at === length - 1) expect(seen).toBe(1);
        else if (at >= length) expect(seen).toBe(0);
        else {
          pieces++;
          if (seen === 0) hidden++;
        }
      }
    }
    expect(text.ids).toEqual(whole.text.ids);
    expect(hidden / pieces).toBeGreaterThan(0.3);
    expect(hidden / pieces).toBeLessThan(0.7);
  });

  it("takes a share of each level's patches, the same of every photograph", () => {
    const options = { groupSize: 1, wordDropout: 0, patchShare: 0.5 };
    const draw = (seed: number) => pairBatch(sources, [3, 7], options, randomStream(seed, 'pairs')).image;
    const { features, positions, patches = [] } = draw(1);
    const of = ({ start, patches: n }: (typeof levels)[number]) =>
      patches.filter((patch) => patch >= start && patch < start + n).length;
    expect(levels.map(of)).toEqual([1, 2, 5, 8, 13]);
    expect(patches).toEqual([...new Set(patches)].sort((a, b) => a - b));
    const whole = pairs([3, 7], 1).image;
    for (const b of [0, 1])
      for (const [at, patch] of patches.entries()) {
        const [some, all] = [b * patches.length + at, b * 55 + patch];
        expect(features.subarray(some * 6, some * 6 + 6)).toEqual(whole.features.subarray(all * 6, all * 6 + 6));
        expect(positions.subarray(some * 5, some * 5 + 5)).toEqual(whole.positions.subarray(all * 5, all * 5 + 5));
      }
    expect(draw(2).patches).not.toEqual(patches);
    expect(whole.patches).toBeUndefined();
  });

  it('repeats for the same stream, and differs for another', () => {
    expect(pairs([5, 0], 4, 0.3)).toEqual(pairs([5, 0], 4, 0.3));
    expect(pairs([5, 0], 4, 0.3, 2)).not.toEqual(pairs([5, 0], 4, 0.3));
  });
});

/** What a function gives that makes tensors and reads them itself. */
const of = <Result>(run: () => Result): Result => tf.tidy(() => run() as never) as Result;

/** Some steps of Adam; the losses, and the names of the variables that the loss reached. */
function descend(model: KaleidoBert, steps: number, rate: number, loss: () => Tensor) {
  const variables = [...model.trainable()].map(([name, parameter]) => {
    const moment = () => createVariable(undefined, new Float32Array(parameter.size), parameter.shape);
    return { name, parameter, firstMoment: moment(), secondMoment: moment(), decay: 0 };
  });
  const losses: number[] = [];
  const reached = new Set<string>();
  const live: number[] = [];
  for (let step = 1; step <= steps; step++) {
    tf.tidy(() => {
      const { value, gradients } = valueAndGradients(
        loss,
        variables.map(({ parameter }) => parameter),
      );
      losses.push(value.dataSync<'float32'>()[0]!);
      const states = variables.flatMap((state) => {
        const gradient = gradients.get(state.parameter.name);
        return gradient == null ? [] : [{ ...state, gradient }];
      });
      for (const { name } of states) reached.add(name);
      ops.adamW(states, { rate, beta1: 0.9, beta2: 0.98, epsilon: 1e-6, step, gradientScale: 1 });
    });
    live.push(memory().numTensors);
  }
  for (const { firstMoment, secondMoment } of variables) tf.dispose([firstMoment, secondMoment]);
  expect(new Set(live).size).toBe(1);
  return { losses, reached };
}

function withModel(changes: Readonly<Record<string, unknown>>, run: (model: KaleidoBert) => void): void {
  const before = memory().numTensors;
  const model = KaleidoBert.create(kaleidoBertConfig({ ...config, ...changes }), 1);
  run(model);
  model.dispose();
  expect(memory().numTensors).toBe(before);
}

describe('contrastiveObjective', () => {
  it.each([
    ['embeddings', 6],
    ['encoder', 6],
    ['embeddings', 0],
  ] as const)('is two losses that learn, from %s with joint_size %d', (one_sided_encoding, joint_size) => {
    withModel({ one_sided_encoding, joint_size }, (model) => {
      const batch = pairs([0, 2, 4, 5, 6, 9], 1);
      const { losses } = descend(model, 14, 0.01, () => {
        const { joint, mean } = contrastiveObjective(model, batch, { temperature: 0.2, labelSmoothing: 0 });
        expect([joint.shape, mean.shape]).toEqual([[], []]);
        return tf.add(joint, mean);
      });
      expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.7);
    });
  });
});

describe('wholeContrastiveObjective', () => {
  it('is the joint part of the whole objective, from level 1 alone', () => {
    withModel({ joint_size: 6, joint_view: 'whole' }, (model) => {
      const rows = [0, 2, 4, 5, 6, 9];
      const options = { groupSize: 1, wordDropout: 0 };
      const all = pairBatch(sources, rows, options, randomStream(1, 'all'));
      const whole = pairBatch(sources, rows, { ...options, onlyWhole: true }, randomStream(1, 'whole'));
      expect(whole.image.features).toHaveLength(all.image.features.length / 55);
      for (const labelSmoothing of [0, 0.2]) {
        const loss = { temperature: 0.2, labelSmoothing };
        const number = (run: () => Tensor): number => of(() => run().dataSync<'float32'>()[0]!);
        const expected = number(() => contrastiveObjective(model, all, loss).joint);
        expect(number(() => wholeContrastiveObjective(model, whole, loss))).toBeCloseTo(expected, 5);
      }
    });
  });
});

describe('matchingObjective', () => {
  it('puts every caption of a group before every photograph of it', () => {
    // Weights so large that no two pairs look alike.
    withModel({ initializer_range: 1 }, (model) => {
      const batch = pairs([5, 0], 3);
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
      const found = of(
        () => matchingObjective(model, batch, { groupSize: 3, binaryWeight: 0 }).choice.dataSync<'float32'>()[0]!,
      );
      expect(found).toBeCloseTo(expected, 4);
    });
  });

  it('asks no caption to choose against its own picture, where a catalogue is too small for a group', () => {
    withModel({ initializer_range: 1 }, (model) => {
      // Rows 0 and 1 show one picture: a group of three must hold both.
      const few = [0, 0, 1].map((image, row) => ({ product: row, caption: row, group: 0, image }));
      const tiny: PretrainSources = { ...smallSources(few), features: pictureFeatures(3) };
      const batch = { ...pairBatch(tiny, [0, 1, 2], { groupSize: 1, wordDropout: 0 }, randomStream(1, 'pairs')) };
      const distillation = { weight: 1, temperature: 0.1 };
      const losses = (excluded: Float32Array): number[] =>
        of(() => {
          const options = { groupSize: 3, binaryWeight: 0.5, distillation };
          const { choice, distilled } = matchingObjective(model, { ...batch, excluded }, options);
          return [choice, distilled!].map((loss) => loss.dataSync<'float32'>()[0]!);
        });
      expect([...batch.excluded]).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 0]);
      const [all, masked] = [losses(new Float32Array(9)), losses(batch.excluded)];
      for (const loss of masked) expect(Number.isFinite(loss)).toBe(true);
      expect(masked[0]).not.toBeCloseTo(all[0]!, 3);
      expect(masked[0]).toBeLessThan(all[0]!);
    });
  });

  it('learns', () => {
    withModel({ attention_initialisation: 'identity' }, (model) => {
      const batch = pairs([5, 0], 3);
      const { losses } = descend(
        model,
        26,
        0.01,
        () => matchingObjective(model, batch, { groupSize: 3, binaryWeight: 0.2 }).choice,
      );
      expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.6);
    });
  });
});

describe("matchingObjective's distillation", () => {
  const options = { groupSize: 3, binaryWeight: 0.2, distillation: { weight: 1, temperature: 0.1 } };
  const batch = pairs([5, 0], 3);
  const distilled = (model: KaleidoBert): Tensor => matchingObjective(model, batch, options).distilled!;

  it.each(['patches', 'whole'] as const)('teaches what a joint space of "%s" says, and does not move it', (view) => {
    withModel({ attention_initialisation: 'identity', joint_view: view }, (model) => {
      const before = new Map(
        [...model.variables]
          .filter(([name]) => name.startsWith('kaleido/'))
          .map(([name, one]) => [name, one.dataSync()]),
      );
      expect(before.size).toBeGreaterThan(4);
      const { losses } = descend(model, 26, 0.01, () => distilled(model));
      expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.6);
      for (const [name, values] of before)
        expect([name, model.variables.get(name)!.dataSync()]).toEqual([name, values]);
    });
  });

  it('leaves the choice as it is, and is not there where nothing asks for it', () => {
    withModel({}, (model) => {
      const number = (run: () => Tensor): number => of(() => run().dataSync<'float32'>()[0]!);
      const plain = number(() => matchingObjective(model, batch, { groupSize: 3, binaryWeight: 0.2 }).choice);
      expect(number(() => matchingObjective(model, batch, options).choice)).toBe(plain);
      of(() => {
        expect(matchingObjective(model, batch, { groupSize: 3, binaryWeight: 0.2 }).distilled).toBeUndefined();
        return 0;
      });
    });
  });
});

describe('pretrainLosses', () => {
  const batch = pretrainBatch(sources, [0, 2, 5, 9, 10], paperBatchOptions, randomStream(1, 'batch'));

  it('are seven numbers near chance at first, whose sum learns through every head', () => {
    withModel({ initializer_range: 0.02 }, (model) => {
      const first = of(() =>
        Object.fromEntries(
          Object.entries(pretrainLosses(model, batch)).map(([task, loss]: [string, Tensor]) => {
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
      const { losses, reached } = descend(model, 8, 0.01, () => tf.addN(Object.values(pretrainLosses(model, batch))));
      expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.9);
      const untouched = [...model.trainable().keys()].filter((name) => !reached.has(name));
      expect(untouched.every((name) => name.startsWith('kaleido/'))).toBe(true);
    });
  });

  it('take the targets standardised where the model standardises', () => {
    withModel({ standardise_features: true }, (model) => {
      const plain = of(() => pretrainLosses(model, batch).blankToColour.dataSync<'float32'>()[0]!);
      tf.tidy(() => model.variables.get('kaleido/feature_deviation')!.assign(tf.fill([6], 0.2)));
      const sharp = of(() => pretrainLosses(model, batch).blankToColour.dataSync<'float32'>()[0]!);
      expect(sharp).toBeGreaterThan(plain * 3);
    });
  });
});
