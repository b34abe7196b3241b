import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memory } from '@kaleido/backend';
import { allOf, type FineTuningSetUp, fineTuningSetUp } from '../test/fine-tuning-set-up.ts';
import type { Garment } from '../test/garments.ts';
import {
  type ClassificationFigure,
  classification,
  type FineTuneOptions,
  fineTune,
  type Kaleido,
  openKaleido,
} from './node.ts';

let kaleido: Kaleido;
let pictures: Garment[] = [];
let root = '';
let close: FineTuningSetUp['close'];
beforeAll(async () => {
  ({ kaleido, pictures, root, close } = await fineTuningSetUp('fine-tune'));
});
afterAll(() => close());

const quick = { epochs: 1, batchSize: 8, learningRate: 0.001 };

describe('fineTune', () => {
  it('learns to predict labels, and the saved model predicts the same', async () => {
    const before = memory().numTensors;
    const first = await kaleido.embedImages(pictures.slice(0, 2));
    const steps: number[] = [];
    const tagger = await fineTune(kaleido, classification({ label: ['category', 'colour'] }), {
      train: pictures.slice(0, 32),
      validation: pictures.slice(32),
      batchSize: 8,
      epochs: 15,
      learningRate: 0.003,
      onProgress: (progress) => progress.kind === 'step' && steps.push(progress.step),
    });
    expect(tagger.training).toMatchObject({ examples: 32, withoutLabel: 0, skipped: [], steps: 60 });
    const { fields, figures } = tagger.training.validation!;
    expect(fields).toMatchObject({ category: { accuracy: 1, examples: 8, unknown: {} } });
    expect(figures.accuracy).toBeGreaterThan(0.9);
    expect(figures.macroF1).toBeGreaterThan(0.8);
    expect(steps.at(-1)).toBe(60);
    const answers = await allOf(tagger.predict(pictures.slice(32)));
    expect(answers.map(({ id }) => id)).toEqual(pictures.slice(32).map(({ id }) => id));
    expect(answers.map(({ category }) => category)).toEqual(pictures.slice(32).map(({ category }) => category));
    for (const { probabilities } of answers) {
      expect(probabilities.category).toBeGreaterThan(0.5);
      expect(probabilities.category).toBeLessThanOrEqual(1);
    }
    // The original model is unchanged.
    expect(await kaleido.embedImages(pictures.slice(0, 2))).toEqual(first);

    const folder = join(root, 'tagger');
    await tagger.save(folder);
    expect((await readdir(folder)).sort()).toEqual([
      'README.md',
      'classifier.json',
      'classifier.safetensors',
      'config.json',
      'model.safetensors',
      'preprocessor.json',
      'tokenizer_config.json',
      'vocab.txt',
    ]);
    const files = await tagger.toFiles();
    tagger.dispose();
    expect(memory().numTensors).toBe(before);
    for (const source of [folder, files]) {
      const opened = await openKaleido(source);
      expect(await allOf(opened.predict(pictures.slice(32)))).toEqual(answers);
      opened.dispose();
    }
    expect(memory().numTensors).toBe(before);

    // Saving a model without classes in the same folder removes them.
    await kaleido.save(folder);
    const opened = await openKaleido(folder);
    expect(opened.classifier).toBeUndefined();
    opened.dispose();
  });

  it('gives the same model for the same seed, and another for another', async () => {
    const probabilitiesOf = async (seed: number): Promise<number[]> => {
      const tagger = await fineTune(kaleido, classification({ label: 'category' }), {
        ...quick,
        train: pictures,
        seed,
      });
      const answers = await allOf(tagger.predict(pictures));
      tagger.dispose();
      return answers.map(({ probabilities }) => probabilities.category);
    };
    const one = await probabilitiesOf(1);
    expect(await probabilitiesOf(1)).toEqual(one);
    expect(await probabilitiesOf(2)).not.toEqual(one);
  });

  it('counts photographs that have no label or cannot be read, and continues', async () => {
    const { category: _, ...unlabelled } = pictures[0]!;
    const broken = { ...pictures[1]!, id: 'broken', image: new TextEncoder().encode('nothing') };
    async function* train(): AsyncGenerator<Garment | typeof unlabelled> {
      yield* [unlabelled, broken, ...pictures];
    }
    const heard: string[] = [];
    const tagger = await fineTune(kaleido, classification({ label: 'category' }), {
      ...quick,
      train: train(),
      validation: [{ ...pictures[0]!, category: 'hat' }, unlabelled, broken, pictures[1]!],
      onSkipped: ({ id }) => heard.push(id),
    });
    expect(tagger.training).toMatchObject({
      examples: 40,
      withoutLabel: 1,
      skipped: [{ id: 'broken', reason: expect.stringContaining('cannot decode the image broken') }],
      notes: [expect.stringContaining('"category": 1 validation item has a label that training has not seen')],
      validation: {
        withoutLabel: 1,
        skipped: [{ id: 'broken' }],
        fields: { category: { examples: 1, unknown: { hat: 1 } } },
      },
    });
    expect(heard).toEqual(['broken', 'broken']);
    await expect(allOf(tagger.predict([broken]))).rejects.toThrow(
      /broken cannot be used: cannot decode the image broken/,
    );
    const skipped: string[] = [];
    const answers = await allOf(tagger.predict([broken, pictures[0]!], { onSkipped: ({ id }) => skipped.push(id) }));
    expect([answers.map(({ id }) => id), skipped]).toEqual([['garment-0'], ['broken']]);
    tagger.dispose();
  });

  it('reads captions if told to', async () => {
    const tagger = await fineTune(kaleido, classification({ label: 'colour', inputs: 'both', hiddenSize: 8 }), {
      ...quick,
      train: pictures,
    });
    expect(await allOf(tagger.predict(pictures.slice(0, 3)))).toHaveLength(3);
    await expect(allOf(tagger.predict([pictures[0]!.image]))).rejects.toThrow(/photograph 1 has no caption/);
    tagger.dispose();
  });

  it('can be aborted, and leaks no tensors', async () => {
    const before = memory().numTensors;
    const controller = new AbortController();
    const ended = fineTune(kaleido, classification({ label: 'category' }), {
      ...quick,
      epochs: 50,
      train: pictures,
      signal: controller.signal,
      onProgress: ({ kind }) => kind === 'step' && controller.abort(new Error('enough')),
    });
    await expect(ended).rejects.toThrow('enough');
    expect(memory().numTensors).toBe(before);
  });

  it.each<[string, Partial<FineTuneOptions<Garment, ClassificationFigure>>, string, RegExp]>([
    ['one class', { train: [] }, 'category', /nothing to train on, found "0 photographs without category/],
    ['a label that nobody has', {}, 'size', /nothing to train on, found "40 photographs without size/],
    ['a batch that cannot be cut', { batchSize: 8, microBatches: 3 }, 'category', /must be a multiple of microBatches/],
    ['no epoch', { epochs: 0 }, 'category', /epochs must be above 0, found 0/],
    ['too little memory', { memory: 1000 }, 'category', /take more than 1,000 bytes/],
    ['patience without validation', { patience: 2 }, 'category', /patience would have no effect without validation/],
    ['a figure to keep without validation', { keep: 'loss' }, 'category', /keep would have no effect/],
    ['layers that are not there', { trained: { lastLayers: 9 } }, 'category', /lastLayers } from 1 to 1/],
  ])('refuses %s', async (_, options, label, message) => {
    const before = memory().numTensors;
    const tuned = fineTune(kaleido, classification({ label }), { ...quick, train: pictures, ...options });
    await expect(tuned).rejects.toThrow(message);
    expect(memory().numTensors).toBe(before);
  });

  it('refuses a single class', async () => {
    const train = pictures.filter(({ category }) => category === 'dress');
    await expect(fineTune(kaleido, classification({ label: 'category' }), { ...quick, train })).rejects.toThrow(
      /a classifier of "category" needs at least two different labels, found \["dress"\]/,
    );
  });
});

it.each<[Parameters<typeof classification>[0], RegExp]>([
  [{ label: 'id' }, /and none of id, probabilities, image, caption/],
  [{ label: [] }, /needs the names of label fields/],
  [{ label: ['a', 'a'] }, /named twice/],
  [{ label: 'a', inputs: 'eyes' as 'image' }, /unknown inputs, found "eyes"/],
  [{ label: 'a', dropout: 1 }, /dropout must be/],
  [{ label: 'a', hiddenSize: -1 }, /hiddenSize must be/],
])('classification refuses %j', (settings, message) => {
  expect(() => classification(settings)).toThrow(message);
});
