import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  createVariable,
  memory,
  ops,
  readAll,
  selectBackend,
  type Tensor,
  tf,
  type Variable,
  valueAndGradients,
} from '@kaleido/backend';
import { dropoutSeeds, randomStream } from '@kaleido/foundation';
import {
  assertLayers,
  type ClassificationOptions,
  Classifier,
  type HeadInputBatch,
  type HeadInputs,
  headInput,
  headInputSize,
  KaleidoBert,
  kaleidoBertConfig,
} from './index.ts';

const F = 4;
const config = kaleidoBertConfig({
  vocab_size: 30,
  hidden_size: 12,
  intermediate_size: 20,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  max_position_embeddings: 8,
  text_seq_len: 8,
  patch_feature_size: F,
  position_scale: 'unit',
  initializer_range: 0.2,
  standardise_features: true,
});
const fields = [
  { name: 'category', classes: ['dress', 'shoe', 'bag'] },
  { name: 'season', classes: ['summer', 'winter'] },
];
const every: readonly [HeadInputs, ClassificationOptions['head']][] = [
  ['image', 'cls'],
  ['image', 'cls-and-means'],
  ['text', 'cls'],
  ['text', 'cls-and-means'],
  ['both', 'cls'],
  ['both', 'cls-and-means'],
];

/** Products whose caption and photograph both show their category (by the first word, by a feature) and season. */
function products(size: number, seed = 1): { batch: HeadInputBatch; labels: ReadonlyMap<string, Int32Array> } {
  const random = randomStream(seed, 'products');
  const T = 6;
  const category = Int32Array.from({ length: size }, (_, b) => b % 3);
  const season = Int32Array.from({ length: size }, () => random.integer(2));
  const ids = new Int32Array(size * T);
  const mask = new Float32Array(size * T);
  const features = new Float32Array(size * 55 * F);
  for (let b = 0; b < size; b++) {
    const length = 4 + random.integer(T - 3);
    ids.set([2, 10 + category[b]!, 20 + season[b]!], b * T);
    for (let at = 3; at < length - 1; at++) ids[b * T + at] = 5 + random.integer(5);
    ids[b * T + length - 1] = 3;
    mask.fill(1, b * T, b * T + length);
    for (let patch = 0; patch < 55; patch++) {
      const at = (b * 55 + patch) * F;
      for (let k = 0; k < F; k++) features[at + k] = random.uniform();
      features[at + category[b]!]! += 1.5;
      features[at + 3]! += 1.5 * season[b]!;
    }
  }
  const positions = Float32Array.from({ length: size * 55 * 5 }, (_, place) => (place % 275) / 275);
  return {
    batch: {
      text: { size, textLength: T, ids, mask },
      image: { size, featureWidth: F, features, positions },
    },
    labels: new Map([
      ['category', category],
      ['season', season],
    ]),
  };
}

beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
});

async function withClassifier(
  options: Omit<ClassificationOptions, 'fields'>,
  run: (classifier: Classifier) => void | Promise<void>,
): Promise<void> {
  const before = memory().numTensors;
  const model = KaleidoBert.create(config, 1);
  const onlyModel = memory().numTensors;
  const classifier = Classifier.create(model, { ...options, fields }, 2);
  await run(classifier);
  classifier.dispose();
  expect(memory().numTensors).toBe(onlyModel);
  model.dispose();
  expect(memory().numTensors).toBe(before);
}

const logitsOf = (classifier: Classifier, batch: HeadInputBatch, seed?: number): Record<string, number[]> =>
  tf.tidy(
    () =>
      Object.fromEntries(
        [...classifier.logits(batch, seed === undefined ? undefined : dropoutSeeds(seed, 0, 0))].map(
          ([name, logits]) => [name, [...logits.dataSync<'float32'>()]],
        ),
      ) as never,
  );
/** The sum of the fields' mean cross-entropies. */
const lossOf = (
  classifier: Classifier,
  batch: HeadInputBatch,
  labels: ReadonlyMap<string, Int32Array>,
  step = 0,
): Tensor =>
  ops.addAll(
    [...classifier.logits(batch, dropoutSeeds(1, step, 0))].map(([name, logits]) =>
      tf.mean(ops.softmaxCrossEntropy(logits, tf.tensor(labels.get(name)!, [labels.get(name)!.length], 'int32'))),
    ),
  );

describe('Classifier', () => {
  it.each(every)('gives logits of each field and reads only %s, with head %s', async (inputs, head) => {
    await withClassifier({ inputs, head }, (classifier) => {
      const { batch } = products(4);
      const beside = { image: 5 * F, text: 12, both: 5 * F + 12 }[inputs];
      const width = 12 + (head === 'cls' ? 0 : beside);
      expect(classifier.variables().get('category/kernel')!.shape).toEqual([width, 3]);
      expect(classifier.variables().get('season/bias')!.shape).toEqual([2]);
      const logits = logitsOf(classifier, batch);
      expect([logits.category!.length, logits.season!.length]).toEqual([12, 8]);
      expect(Object.values(logits).flat().every(Number.isFinite)).toBe(true);

      const other = products(4, 9).batch;
      const otherText = logitsOf(classifier, { ...batch, text: other.text });
      const otherImage = logitsOf(classifier, { ...batch, image: other.image });
      if (inputs === 'image') expect(otherText).toEqual(logits);
      else expect(otherText).not.toEqual(logits);
      if (inputs === 'text') expect(otherImage).toEqual(logits);
      else expect(otherImage).not.toEqual(logits);
    });
  });

  it.each(every)('can read what was computed before of %s, with head %s', (inputs, head) => {
    const before = memory().numTensors;
    const model = KaleidoBert.create({ ...config, joint_size: 6 }, 1);
    const classifier = Classifier.create(model, { inputs, head, hiddenSize: 3, fields }, 2);
    const { batch } = products(4);
    const { options } = classifier;
    tf.tidy(() => {
      const input = headInput(model, options, batch);
      expect(input.shape).toEqual([4, headInputSize(options, model.config)]);
      const later = classifier.logitsOf(tf.tensor(input.dataSync<'float32'>(), input.shape));
      expect(Object.fromEntries([...later].map(([name, logits]) => [name, [...logits.dataSync()]]))).toEqual(
        logitsOf(classifier, batch),
      );
    });
    classifier.dispose();
    model.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('has the layers and the trainable variables of the model; standardising adds none', async () => {
    await withClassifier({ inputs: 'both', head: 'cls' }, (classifier) => {
      expect([...classifier.variables().keys()]).toEqual([
        ...classifier.model.trainable().keys(),
        'category/kernel',
        'category/bias',
        'season/kernel',
        'season/bias',
      ]);
      expect(classifier.variables().has('kaleido/feature_mean')).toBe(false);
    });
  });

  it('starts small from the seed, and accepts its own weights', async () => {
    await withClassifier({ inputs: 'both', head: 'cls-and-means' }, async (classifier) => {
      const layers = [...classifier.variables()].filter(([name]) => /^(category|season)\//.test(name));
      const values = await readAll(layers.map(([, layer]) => layer));
      const weights = new Map(layers.map(([name], i) => [name, values[i] as Float32Array]));
      expect(Math.max(...weights.get('category/kernel')!.map(Math.abs))).toBeLessThan(0.05);
      expect(weights.get('category/bias')).toEqual(new Float32Array(3));
      const { model, options } = classifier;
      const [again, same, other] = [
        new Classifier(model, options, weights),
        Classifier.create(model, options, 2),
        Classifier.create(model, options, 3),
      ];
      const { batch } = products(2);
      expect(logitsOf(again, batch)).toEqual(logitsOf(classifier, batch));
      expect(logitsOf(same, batch)).toEqual(logitsOf(classifier, batch));
      expect(logitsOf(other, batch)).not.toEqual(logitsOf(classifier, batch));
      for (const one of [again, same, other]) one.dispose();
    });
  });

  it('drops by the seeds it is given', async () => {
    await withClassifier({ inputs: 'both', head: 'cls' }, (classifier) => {
      const { batch } = products(3);
      expect(logitsOf(classifier, batch, 1)).toEqual(logitsOf(classifier, batch, 1));
      expect(logitsOf(classifier, batch, 2)).not.toEqual(logitsOf(classifier, batch, 1));
      expect(logitsOf(classifier, batch)).not.toEqual(logitsOf(classifier, batch, 1));
    });
  });

  it.each([
    ['image', 'cls', 0],
    ['text', 'cls', 0],
    ['both', 'cls-and-means', 0],
    ['image', 'cls-and-means', 8],
  ] as const)(
    'learns from %s with head %s and %d hidden, and leaves no tensor behind',
    async (inputs, head, hiddenSize) => {
      await withClassifier({ inputs, head, hiddenSize }, (classifier) => {
        const { batch, labels } = products(12);
        const variables = classifier.variables();
        const zeros = ({ size, shape }: Variable) => createVariable(undefined, new Float32Array(size), shape);
        const moments = [...variables.values()].map((parameter) => ({
          parameter,
          firstMoment: zeros(parameter),
          secondMoment: zeros(parameter),
          decay: 0,
        }));
        const losses: number[] = [];
        const live: number[] = [];
        for (let step = 0; step < 60; step++) {
          tf.tidy(() => {
            const { value, gradients } = valueAndGradients(
              () => lossOf(classifier, batch, labels, step),
              [...variables.values()],
            );
            losses.push(value.dataSync<'float32'>()[0]!);
            const states = moments.flatMap((state) => {
              const gradient = gradients.get(state.parameter.name);
              return gradient == null ? [] : [{ ...state, gradient }];
            });
            ops.adamW(states, { rate: 0.01, beta1: 0.9, beta2: 0.98, epsilon: 1e-6, step: step + 1, gradientScale: 1 });
          });
          live.push(memory().numTensors);
        }
        for (const { firstMoment, secondMoment } of moments) tf.dispose([firstMoment, secondMoment]);
        expect(new Set(live).size).toBe(1);
        const { batch: unseen, labels: truth } = products(12, 5);
        const logits = logitsOf(classifier, unseen);
        const right = fields.flatMap(({ name, classes: { length: C } }) =>
          [...truth.get(name)!].map((label, b) => {
            const row = logits[name]!.slice(b * C, (b + 1) * C);
            return row.indexOf(Math.max(...row)) === label;
          }),
        );
        expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.4);
        expect(right.filter(Boolean).length).toBeGreaterThanOrEqual(20);
      });
    },
  );

  it('has a hidden layer before the fields on request', async () => {
    const { batch } = products(5);
    const [D, hidden] = [12, 3];
    const model = KaleidoBert.create(config, 1);
    const unit = (size: number): Float32Array =>
      Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
    const one = (classes: number) => [{ name: 'one', classes: Array.from({ length: classes }, (_, k) => `${k}`) }];
    // Without a hidden layer, and with the identity as a layer, the logits are the layer's inputs.
    const plain = { fields: one(D), inputs: 'image', head: 'cls' } as const;
    const through = new Classifier(
      model,
      plain,
      new Map([
        ['one/kernel', unit(D)],
        ['one/bias', new Float32Array(D)],
      ]),
    );
    const kernel = Float32Array.from({ length: D * hidden }, (_, i) => Math.sin(i));
    const bias = Float32Array.from([0.5, -0.5, 0]);
    const name = 'kaleido/classifier/intermediate';
    const layers = new Map([
      [`${name}/kernel`, kernel],
      [`${name}/bias`, bias],
      ['one/kernel', unit(hidden)],
      ['one/bias', new Float32Array(hidden)],
    ]);
    const options = { ...plain, fields: one(hidden), hiddenSize: hidden };
    const classifier = new Classifier(model, options, layers);
    const seen = logitsOf(through, batch).one!;
    const found = logitsOf(classifier, batch).one!;
    const gelu = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
    for (let b = 0; b < 5; b++)
      for (let k = 0; k < hidden; k++) {
        const sum = seen.slice(b * D, (b + 1) * D).reduce((all, x, i) => all + x * kernel[i * hidden + k]!, bias[k]!);
        expect(found[b * hidden + k]).toBeCloseTo(gelu(sum), 3);
      }
    expect(() => new Classifier(model, options, new Map([...layers].slice(2)))).toThrow(`found "${name}/kernel"`);
    through.dispose();
    classifier.dispose();
    model.dispose();
  });

  it('weighs a caption as much as a photograph in a hidden layer', () => {
    const [D, J] = [12, 6];
    const model = KaleidoBert.create({ ...config, joint_size: J }, 1);
    const { batch } = products(5);
    const one = { name: 'one', classes: Array.from({ length: J }, (_, k) => `${k}`) };
    const [photograph, caption] = [5 * F + J, D + J];
    // The hidden layer reads only the caption's vector in the joint space, the last J of its inputs.
    const kernel = new Float32Array((D + photograph + caption) * J);
    const layer = new Float32Array(J * J);
    for (let k = 0; k < J; k++) {
      kernel[(D + photograph + D + k) * J + k] = 1;
      layer[k * J + k] = 1;
    }
    const classifier = new Classifier(
      model,
      { fields: [one], inputs: 'both', head: 'cls-and-means', hiddenSize: J },
      new Map([
        ['kaleido/classifier/intermediate/kernel', kernel],
        ['kaleido/classifier/intermediate/bias', new Float32Array(J).fill(30)], // where gelu(x) is x
        ['one/kernel', layer],
        ['one/bias', new Float32Array(J).fill(-30)],
      ]),
    );
    const [found, expected] = tf.tidy(() => {
      const text = model.textInput(batch.text);
      const { joint } = model.encodeText(model.embedText(text), text.mask);
      const louder = Math.sqrt(J) * Math.sqrt(photograph / caption);
      return [classifier.logits(batch).get('one')!, tf.mul(joint, louder)].map((x) => [...x.dataSync<'float32'>()]) as [
        number[],
        number[],
      ];
    });
    expect(found).toHaveLength(5 * J);
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i]!, 4);
    classifier.dispose();
    model.dispose();
  });

  it.each([0, 0.1, 0.6])('drops a share of %d of what the layers read, only in training', async (dropout) => {
    const seen = { inputs: 'image', head: 'cls-and-means', hiddenSize: 8, dropout } as const;
    const still = { ...config, hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 };
    const model = KaleidoBert.create(still, 1);
    const classifier = Classifier.create(model, { ...seen, fields }, 2);
    const { batch } = products(4);
    const [trained, measured] = [logitsOf(classifier, batch, 7).category!, logitsOf(classifier, batch).category!];
    if (dropout === 0) expect(trained).toEqual(measured);
    else expect(trained).not.toEqual(measured);
    classifier.dispose();
    model.dispose();
  });

  it.each(['image', 'text'] as const)('reads the vector of %s in the joint space, if the model has one', (inputs) => {
    const J = 6;
    const model = KaleidoBert.create({ ...config, joint_size: J }, 1);
    const { batch } = products(5);
    const one = { name: 'joint', classes: Array.from({ length: J }, (_, k) => `${k}`) };
    const beside = inputs === 'image' ? 12 + 5 * F : 12 + 12;
    // Earlier inputs do not count; each class is one number of the vector.
    const kernel = new Float32Array((beside + J) * J);
    for (let k = 0; k < J; k++) kernel[(beside + k) * J + k] = 1;
    const layers = new Map([
      ['joint/kernel', kernel],
      ['joint/bias', new Float32Array(J)],
    ]);
    const classifier = new Classifier(model, { fields: [one], inputs, head: 'cls-and-means' }, layers);
    const [found, expected] = tf.tidy(() => {
      const [text, image] = [model.textInput(batch.text), model.imageInput(batch.image)];
      const { joint } =
        inputs === 'image'
          ? model.encodeImage(image, model.embedPatches(image))
          : model.encodeText(model.embedText(text), text.mask);
      const logits = classifier.logits(batch).get('joint')!;
      return [logits, tf.mul(joint, Math.sqrt(J))].map((x) => [...x.dataSync<'float32'>()]) as [number[], number[]];
    });
    expect(found).toHaveLength(5 * J);
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i]!, 5);
    classifier.dispose();
    model.dispose();
  });

  it('says which of its weights is missing or of another size', () => {
    const model = KaleidoBert.create(config, 1);
    expect(
      () =>
        new Classifier(
          model,
          { fields, inputs: 'image', head: 'cls' },
          new Map([['category/kernel', new Float32Array(36)]]),
        ),
    ).toThrow('@kaleido/model: the classifier has no weights of this name, found "category/bias"');
    expect(() =>
      assertLayers(
        config,
        { fields: [{ name: 'category', classes: ['a', 'b'] }], inputs: 'image', head: 'cls' },
        new Map([['category/kernel', new Float32Array(3)]]),
      ),
    ).toThrow(/the classifier's "category\/kernel" must have the shape \[\d+, 2\].*found "3 numbers"/);
    model.dispose();
  });
});
