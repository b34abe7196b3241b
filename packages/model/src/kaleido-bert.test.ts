import { beforeAll, describe, expect, it } from '@jest/globals';
import { memory, selectBackend, type Tensor, tf, valueAndGradients } from '@kaleido/backend';
import { type ImageBatch, levels } from '@kaleido/layout';
import { captions, largestDifference, photographs, smallConfig } from '../test/small-model.ts';
import { type ImageInput, KaleidoBert, modelFromWeights, readWeights } from './index.ts';

const numbers = (tensor: Tensor): number[] => [...tensor.dataSync<'float32'>()];

/** The rows of a tensor, along its first axis. */
const rows = (tensor: Tensor): number[][] => {
  const all = numbers(tensor);
  const width = all.length / tensor.shape[0]!;
  return Array.from({ length: tensor.shape[0]! }, (_, row) => all.slice(row * width, (row + 1) * width));
};

/** Runs with a model, and checks that no tensor is left. */
function withModel<Result>(changes: Readonly<Record<string, unknown>>, run: (model: KaleidoBert) => Result): Result {
  const before = memory().numTensors;
  const model = KaleidoBert.create(smallConfig(changes), 5);
  const live = memory().numTensors;
  const result = tf.tidy(() => run(model) as never) as Result;
  expect(memory().numTensors).toBe(live);
  model.dispose();
  expect(memory().numTensors).toBe(before);
  return result;
}

const counter = (start: number) => {
  let seed = start;
  return { next: () => seed++ };
};

describe.each(['wasm', 'cpu'] as const)('Kaleido-BERT on %s', (name) => {
  beforeAll(async () => {
    await selectBackend({ prefer: name });
  });

  it('gives every output in its shape', () => {
    withModel({}, (model) => {
      const output = model.forward(model.textInput(captions([9, 4], 12)), model.imageInput(photographs(2)), {
        attentions: true,
      });
      expect(output.textEmbeddings.shape).toEqual([2, 12, 12]);
      expect(output.patchEmbeddings.shape).toEqual([2, 55, 12]);
      expect(output.layers.map(({ shape }) => shape)).toEqual([
        [2, 67, 12],
        [2, 67, 12],
      ]);
      expect(output.attentions.map(({ shape }) => shape)).toEqual([
        [2, 3, 67, 67],
        [2, 3, 67, 67],
      ]);
      expect(output.sequence).toBe(output.layers.at(-1));
      expect(output.pooled.shape).toEqual([2, 12]);
      expect(output.logits.match.shape).toEqual([2, 2]);
      expect(output.logits.rotation.shape).toEqual([2, 4]);
      expect(output.logits.jigsaw.shape).toEqual([2, 24]);
      expect(output.logits.camouflage.shape).toEqual([2, 9]);
      const places = tf.tensor(Int32Array.of(1, 2, 3, 0, 1, 2), [2, 3], 'int32');
      expect(model.predictTokens(output.sequence, places).shape).toEqual([6, 23]);
      expect(model.predictFeatures(output.sequence, 'grey', places).shape).toEqual([6, 7]);
      expect(model.predictFeatures(output.sequence, 'blank', places).shape).toEqual([6, 7]);
      for (const { name, patches } of levels)
        expect(model.levelOutput(output.sequence, name).shape).toEqual([2, patches * 12]);
      expect(output.layers.every((layer) => numbers(layer).every(Number.isFinite))).toBe(true);
    });
  });

  it('attends with probabilities that sum to 1, none of them on padding', () => {
    withModel({}, (model) => {
      const { attentions } = model.forward(model.textInput(captions([4], 8)), model.imageInput(photographs(1)), {
        attentions: true,
      });
      for (const attention of attentions) {
        for (const sum of numbers(tf.sum(attention, -1))) expect(sum).toBeCloseTo(1, 5);
        expect(Math.max(...numbers(tf.slice(attention, [0, 0, 0, 4], [-1, -1, -1, 4])))).toBe(0);
      }
    });
  });

  it('pools the same if only [CLS] is requested', () => {
    withModel({}, (model) => {
      const text = model.textInput(captions([9, 4], 12));
      const words = model.embedText(text);
      const patches = model.embedPatches(model.imageInput(photographs(2)));
      const full = model.encodeBoth(words, text.mask, patches);
      const short = model.encodeBoth(words, text.mask, patches, { firstOnly: 1 });
      expect(short.sequence.shape).toEqual([2, 1, 12]);
      expect(largestDifference(numbers(model.pool(short.sequence)), numbers(model.pool(full.sequence)))).toBeLessThan(
        2e-6,
      );
    });
  });

  it('computes the same for real tokens and patches with any padding', () => {
    withModel({}, (model) => {
      const image = model.imageInput(photographs(2));
      const [narrow, wide] = [8, 16].map((textLength) =>
        model.forward(model.textInput(captions([8, 5], textLength)), image),
      );
      const real = (sequence: Tensor, textLength: number, pair: number, length: number): number[] => [
        ...numbers(tf.slice(sequence, [pair, 0, 0], [1, length, -1])),
        ...numbers(tf.slice(sequence, [pair, textLength, 0], [1, 55, -1])),
      ];
      for (const [pair, length] of [8, 5].entries())
        expect(
          largestDifference(real(narrow!.sequence, 8, pair, length), real(wide!.sequence, 16, pair, length)),
        ).toBeLessThan(5e-6);
      expect(largestDifference(numbers(narrow!.logits.camouflage), numbers(wide!.logits.camouflage))).toBeLessThan(
        1e-5,
      );
    });
  });

  it('computes each pair of a batch independently', () => {
    withModel({}, (model) => {
      const text = captions([8, 5], 8);
      const image = photographs(2);
      const both = rows(model.forward(model.textInput(text), model.imageInput(image)).pooled);
      const second = model.forward(
        model.textInput({ ...text, size: 1, ids: text.ids.slice(8), mask: text.mask.slice(8) }),
        model.imageInput({
          ...image,
          size: 1,
          features: image.features.slice(55 * 7),
          positions: image.positions.slice(55 * 5),
        }),
      );
      expect(largestDifference(both[1]!, numbers(second.pooled))).toBeLessThan(5e-6);
    });
  });

  it('reads only the position of a blank patch', () => {
    withModel({}, (model) => {
      const blankKeep = new Float32Array(25).fill(1);
      blankKeep[3] = 0;
      const image = { ...photographs(1), blankKeep };
      const changed = { ...image, features: image.features.slice() };
      changed.features.fill(9, 33 * 7, 34 * 7);
      const embed = (batch: ImageBatch): number[] => numbers(model.embedPatches(model.imageInput(batch)));
      const { blankKeep: _, ...whole } = image;
      const [seen, blanked] = [embed(whole), embed(image)];
      expect(embed(changed)).toEqual(blanked);
      const difference = seen.map((value, place) => Math.abs(value - blanked[place]!));
      expect(difference.every((value, place) => value === 0 || Math.floor(place / 12) === 33)).toBe(true);
      expect(Math.max(...difference)).toBeGreaterThan(0.01);
    });
  });

  it('standardises by its stored statistics, and never trains them', async () => {
    const plain = KaleidoBert.create(smallConfig(), 5);
    const weights = await readWeights(plain);
    weights.set('kaleido/feature_mean', Float32Array.of(1, 2, 3, 4, 5, 6, 7));
    weights.set('kaleido/feature_deviation', Float32Array.of(1, 2, 1, 2, 1, 2, 4));
    const model = modelFromWeights(smallConfig({ standardise_features: true }), weights);
    tf.tidy(() => {
      expect(numbers(model.standardise(tf.tensor([[2, 2, 3, 0, 5, 6, 11]])))).toEqual([1, 0, 0, -2, 0, 0, 1]);
      const image = photographs(1);
      const features = Float32Array.from(
        image.features,
        (value, i) => value * [1, 2, 1, 2, 1, 2, 4][i % 7]! + (i % 7) + 1,
      );
      const standardised = numbers(model.embedPatches(model.imageInput({ ...image, features })));
      expect(largestDifference(standardised, numbers(plain.embedPatches(plain.imageInput(image))))).toBeLessThan(1e-4);
    });
    expect(model.variables.size - model.trainable().size).toBe(2);
    expect([...model.trainable().keys()]).toEqual([...plain.trainable().keys()]);
    plain.dispose();
    model.dispose();
  });

  it('drops by the seeds it is given, and nothing without them', () => {
    withModel({}, (model) => {
      const text = model.textInput(captions([4], 4));
      const image = model.imageInput(photographs(1));
      const pooled = (start?: number): number[] =>
        numbers(model.forward(text, image, start === undefined ? {} : { dropout: counter(start) }).pooled);
      const [dropped, whole] = [pooled(1), pooled()];
      expect(pooled(1)).toEqual(dropped);
      expect(pooled(1000)).not.toEqual(dropped);
      expect(whole).not.toEqual(dropped);
      expect(pooled()).toEqual(whole);
    });
  });
});

describe('a photograph with only some patches', () => {
  beforeAll(async () => {
    await selectBackend({ prefer: 'wasm' });
  });

  const given = [0, 2, 4, 5, 13, 14, 29, 30, 31, 54];
  const some = ({ size, featureWidth: F, features, positions }: ImageBatch): ImageBatch => {
    const pick = (all: Float32Array, width: number): Float32Array =>
      Float32Array.from({ length: size * given.length * width }, (_, at) => {
        const [row, k] = [Math.floor(at / width), at % width];
        const [b, patch] = [Math.floor(row / given.length), given[row % given.length]!];
        return all[(b * 55 + patch) * width + k]!;
      });
    return { size, featureWidth: F, features: pick(features, F), positions: pick(positions, 5), patches: given };
  };

  it('has them embedded as among all patches', () => {
    withModel({}, (model) => {
      const all = model.embedPatches(model.imageInput(photographs(2)));
      const embedded = model.embedPatches(model.imageInput(some(photographs(2))));
      expect(embedded.shape).toEqual([2, given.length, 12]);
      const expected = tf.gather(all, tf.tensor(Int32Array.from(given), [given.length], 'int32'), 1);
      expect(largestDifference(numbers(embedded), numbers(expected))).toBeLessThan(1e-6);
    });
  });

  it('is averaged over them, level by level', () => {
    withModel({ joint_size: 6 }, (model) => {
      const image = model.imageInput(some(photographs(2)));
      const patches = model.embedPatches(image);
      const { joint, mean } = model.encodeImage(image, patches);
      expect(largestDifference(numbers(mean), numbers(tf.mean(patches, 1)))).toBeLessThan(1e-6);
      // Each level's patches are replaced by their average: all 55 are then equivalent to these few.
      const levelOf = (patch: number): number => levels.findIndex(({ start, patches: n }) => patch < start + n);
      const averages = levels.map((_, level) => {
        const at = given.flatMap((patch, place) => (levelOf(patch) === level ? [place] : []));
        return tf.mean(tf.gather(patches, tf.tensor(Int32Array.from(at), [at.length], 'int32'), 1), 1, true);
      });
      const whole = tf.concat(
        levels.map(({ patches: n }, level) => tf.tile(averages[level]!, [1, n, 1])),
        1,
      );
      const alike = tf.concat(
        given.map((patch) => averages[levelOf(patch)]!),
        1,
      );
      const fromFew = model.encodeImage(image, alike).joint;
      expect(
        largestDifference(numbers(fromFew), numbers(model.encodeImage(model.imageInput(photographs(2)), whole).joint)),
      ).toBeLessThan(1e-6);
      expect(joint.shape).toEqual([2, 6]);
    });
  });

  const someOf = (model: KaleidoBert, patches: readonly number[]): ImageInput => {
    const { features, positions } = model.imageInput(photographs(1));
    const some = (x: Tensor): Tensor => tf.slice(x, [0, 0, 0], [1, patches.length, -1]);
    return { features: some(features), positions: some(positions), patches };
  };

  it('is refused if the order is wrong', () => {
    withModel({}, (model) => {
      expect(() => model.embedPatches(someOf(model, [0, 1, 5, 30, 14]))).toThrow(/not in ascending order/);
    });
  });

  it('may lack a level, except in the joint space of patches', () => {
    withModel({ joint_size: 4 }, (model) => {
      const image = someOf(model, [0, 1, 5, 14]);
      const embedded = model.embedPatches(image);
      expect(embedded.shape.slice(0, 2)).toEqual([1, 4]);
      expect(() => model.encodeImage(image, embedded)).toThrow(/none of the patches is of level 5/);
    });
  });
});

describe('one side alone', () => {
  beforeAll(async () => {
    await selectBackend({ prefer: 'wasm' });
  });

  const encode = (model: KaleidoBert) => {
    const text = model.textInput(captions([9, 4], 12));
    const image = model.imageInput(photographs(2));
    return {
      text: model.encodeText(model.embedText(text), text.mask),
      image: model.encodeImage(image, model.embedPatches(image)),
    };
  };

  it.each([
    ['embeddings', 6],
    ['embeddings', 0],
    ['encoder', 6],
    ['encoder', 0],
  ] as const)('is a vector of length 1 in one space, from %s with joint_size %d', (one_sided_encoding, joint_size) => {
    withModel({ one_sided_encoding, joint_size }, (model) => {
      const sides = encode(model);
      for (const { mean, joint } of [sides.text, sides.image]) {
        expect(mean.shape).toEqual([2, 12]);
        expect(joint.shape).toEqual([2, joint_size === 0 ? 12 : joint_size]);
        for (const row of rows(joint)) expect(Math.hypot(...row)).toBeCloseTo(1, 5);
      }
      if (joint_size > 0) return;
      for (const { mean, joint } of [sides.text, sides.image])
        rows(mean).forEach((row, b) => {
          const length = Math.hypot(...row);
          const expected = row.map((value) => value / length);
          expect(largestDifference(rows(joint)[b]!, expected)).toBeLessThan(1e-6);
        });
    });
  });

  it('reads level 1 alone if the joint space reads the whole garment, with or without the other patches', () => {
    withModel({ joint_size: 6, joint_view: 'whole', standardise_features: true }, (model) => {
      const batch = photographs(2);
      const { joint, mean } = encode(model).image;
      expect(mean.shape).toEqual([2, 12]);
      for (const row of rows(joint)) expect(Math.hypot(...row)).toBeCloseTo(1, 5);
      const { featureWidth: F } = batch;
      const first = [0, 1].flatMap((b) => [...batch.features.slice(b * 55 * F, (b * 55 + 1) * F)]);
      const positions = [0, 1].flatMap((b) => [...batch.positions.slice(b * 55 * 5, b * 55 * 5 + 5)]);
      const image = model.imageInput({
        ...batch,
        features: Float32Array.from(first),
        positions: Float32Array.from(positions),
        patches: [0],
      });
      expect(largestDifference(numbers(model.encodeWhole(image)), numbers(joint))).toBeLessThan(1e-6);
      expect(largestDifference(rows(joint)[0]!, rows(joint)[1]!)).toBeGreaterThan(1e-3);
      expect(() => model.encodeWhole({ ...image, patches: [1] })).toThrow(
        '@kaleido/model: the level 1 patch is not among the patches given, found [1]; give patch 0 first',
      );
    });
    withModel({ joint_size: 6 }, (model) => {
      expect(() => model.encodeWhole(model.imageInput(photographs(1)))).toThrow(
        '@kaleido/model: the joint space of this model does not read the level 1 patch alone, found "joint_size 6, joint_view patches"; use encodeImage',
      );
    });
  });

  it('is the mean over real tokens, and over all patches', () => {
    withModel({}, (model) => {
      const batch = captions([9, 4], 12);
      const text = model.textInput(batch);
      const words = model.embedText(text);
      const patches = model.embedPatches(model.imageInput(photographs(2)));
      const { text: caption, image } = encode(model);
      const second = numbers(tf.mean(tf.slice(words, [1, 0, 0], [1, 4, -1]), 1));
      expect(largestDifference(rows(caption.mean)[1]!, second)).toBeLessThan(1e-5);
      expect(largestDifference(numbers(image.mean), numbers(tf.mean(patches, 1)))).toBeLessThan(1e-5);
    });
  });

  it('learns through the encoder', () => {
    withModel({ one_sided_encoding: 'encoder', joint_size: 6, initializer_range: 0.1 }, (model) => {
      const variables = [...model.trainable()];
      const losses: number[] = [];
      for (let step = 0; step < 8; step++)
        tf.tidy(() => {
          const { value, gradients } = valueAndGradients(
            () => {
              const { text, image } = encode(model);
              // Each caption near its own photograph and far from the other's.
              const similarity = tf.matMul(text.joint as never, image.joint as never, false, true);
              return tf.mean(tf.square(tf.sub(similarity, tf.eye(2))));
            },
            variables.map(([, variable]) => variable),
          );
          losses.push(value.dataSync<'float32'>()[0]!);
          for (const [name, variable] of variables) {
            const gradient = gradients.get(variable.name);
            if (name.startsWith('bert/encoder/')) expect([name, gradient == null]).toEqual([name, false]);
            if (gradient != null) variable.assign(tf.sub(variable, tf.mul(gradient, 0.1)));
          }
        });
      expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.9);
    });
  });
});
