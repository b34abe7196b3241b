import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { memory, type Tensor, tf } from '@kaleido/backend';
import { allOf, type FineTuningSetUp, fineTuningSetUp } from '../test/fine-tuning-set-up.ts';
import type { Garment } from '../test/garments.ts';
import { smallOptions } from '../test/small-kaleido.ts';
import { createKaleido as createInPage } from './index.ts';
import { classification, defineTask, fineTune, type Kaleido, multiLabel, openKaleido, retrieval } from './node.ts';

let kaleido: Kaleido;
let pictures: Garment[] = [];
let root = '';
let tensors = 0;
let close: FineTuningSetUp['close'];
beforeAll(async () => {
  ({ kaleido, pictures, root, close } = await fineTuningSetUp('fine-tune-edges'));
});
// Before each test: what a failed one has left is not counted against the next.
beforeEach(() => {
  tensors = memory().numTensors;
});
afterAll(() => close());

const quick = { epochs: 1, batchSize: 8, learningRate: 0.003, trained: 'head' } as const;
const category = classification({ label: 'category' });

describe('labels', () => {
  it('go on beside a field whose answer is always the same', async () => {
    const seasonal = pictures.map((picture) => ({ ...picture, season: 'summer' }));
    const tagger = await fineTune(kaleido, classification({ label: ['category', 'season'] }), {
      ...quick,
      train: seasonal.slice(0, 32),
      validation: seasonal.slice(32),
    });
    const { notes, validation } = tagger.training;
    expect(notes).toEqual(['"season": all training items have the label summer, the only answer.']);
    const { fields, figures } = validation!;
    expect(fields).toMatchObject({ season: { accuracy: 1 } });
    expect(figures.accuracy).toBe((fields!.category as { accuracy: number }).accuracy);
    const files = await tagger.toFiles();
    tagger.dispose();
    const opened = await openKaleido(files);
    const [answer] = await allOf(opened.predict(seasonal.slice(0, 1)));
    expect(answer).toMatchObject({ season: 'summer', probabilities: { season: 1 } });
    opened.dispose();
    expect(memory().numTensors).toBe(tensors);
  });

  it('of validation must be among those of training', async () => {
    const validation = pictures.slice(32).map((picture) => ({ ...picture, category: 'hat' }));
    await expect(fineTune(kaleido, category, { ...quick, train: pictures, validation })).rejects.toThrow(
      'no validation item has a label that training has seen, found [["hat"]]',
    );
    expect(memory().numTensors).toBe(tensors);
  });

  it.each(['classification', 'multiLabel', 'own'])(
    'of %s without the caption that it reads are counted',
    async (of) => {
      const task = {
        classification: classification({ label: 'category', inputs: 'both' }),
        multiLabel: multiLabel({ label: 'category', inputs: 'both' }),
        own: defineTask({ ...anyTask, inputs: 'both' }),
      }[of] as typeof category;
      const { caption: _, ...silent } = pictures[0]!;
      const tagger = await fineTune(kaleido, task, { ...quick, train: [silent, ...pictures] });
      expect(tagger.training).toMatchObject({ withoutLabel: 1, examples: 40 });
      tagger.dispose();
      await expect(fineTune(kaleido, task, { ...quick, train: [silent] })).rejects.toThrow(
        /found "1 photographs without .*category.* and a caption/,
      );
      expect(memory().numTensors).toBe(tensors);
    },
  );
});

describe('an abort', () => {
  it('is obeyed while the model’s outputs are computed, and leaks nothing', async () => {
    const controller = new AbortController();
    const heard: string[] = [];
    const ended = fineTune(kaleido, category, {
      ...quick,
      train: pictures,
      signal: controller.signal,
      onProgress: (progress) => {
        heard.push(progress.kind);
        if (progress.kind === 'features' && progress.photographs === 40)
          setTimeout(() => controller.abort(new Error('enough')));
      },
    });
    await expect(ended).rejects.toThrow('enough');
    expect(heard).not.toContain('step');
    expect(memory().numTensors).toBe(tensors);
  });
});

describe('resume', () => {
  it('continues with the same photographs and model alone', async () => {
    // Whole numbers of 64 bits, as of Parquet, are of no harm.
    const numbered = pictures.map((picture, at) => ({ ...picture, sku: BigInt(at) }));
    const options = { ...quick, resume: join(root, 'state') };
    (await fineTune(kaleido, category, { ...options, train: numbered })).dispose();
    const refused = 'is the state of another fine-tuning: the model, the items or the settings differ';
    const other = numbered.map((picture, at) => (at === 0 ? { ...picture, image: pictures[1]!.image } : picture));
    await expect(fineTune(kaleido, category, { ...options, train: other })).rejects.toThrow(refused);
    const wider = defineTask(anyTask);
    const state = join(root, 'own');
    (await fineTune(kaleido, wider, { ...quick, train: pictures, resume: state })).dispose();
    const narrow = defineTask({ ...anyTask, head: { ...anyTask.head, layers: (width) => ({ inner: [width, 3] }) } });
    await expect(fineTune(kaleido, narrow, { ...quick, train: pictures, resume: state })).rejects.toThrow(refused);
    expect(memory().numTensors).toBe(tensors);
  });

  it('is refused at once where nothing can be written', async () => {
    const unread = async function* (): AsyncGenerator<Garment> {
      yield await Promise.reject(new Error('was read'));
    };
    const behind = fineTune(kaleido, category, { ...quick, train: unread(), resume: 'https://example.com/state' });
    await expect(behind).rejects.toThrow('a folder behind an URL cannot be written');
    const inPage = await createInPage(smallOptions);
    const page = fineTune(inPage, category, { ...quick, train: unread(), resume: 'state' });
    await expect(page).rejects.toThrow('a page cannot write a folder');
    inPage.dispose();
  });
});

it('retrieval takes no photograph with the same caption for a wrong answer', async () => {
  const tuned = await fineTune(kaleido, retrieval(), {
    ...quick,
    epochs: 15,
    learningRate: 0.01,
    train: pictures.slice(0, 32),
    validation: pictures.slice(20),
  });
  // Twenty photographs with four captions between them: a model that knows all four finds one at the first place.
  expect(tuned.training.validation!.figures.recall1).toBeGreaterThan(0.9);
  tuned.dispose();
});

it('a memory limit counts training and validation together', async () => {
  const limit = { ...quick, train: pictures.slice(0, 32), validation: pictures.slice(32), memory: 140_000 };
  await expect(fineTune(kaleido, category, limit)).rejects.toThrow(
    /more than 140,000 bytes, found "167,200 after 8 photographs for validation"/,
  );
});

it('a task of one’s own cannot name a figure "loss"', () => {
  expect(() => defineTask({ ...anyTask, figures: { loss: () => 1 } })).toThrow('the figure "loss" is that of the loss');
});

it.each([
  ['a number', () => tf.scalar(1)],
  ['values that were read', (outputs: Tensor) => tf.scalar(outputs.dataSync()[0]!)],
])('a loss of %s, which teaches nothing, is refused', async (_, loss) => {
  const task = defineTask({ ...anyTask, loss });
  await expect(fineTune(kaleido, task, { ...quick, train: pictures })).rejects.toThrow(
    'the loss of "category" does not depend on the outputs, so that nothing can be learned',
  );
  expect(memory().numTensors).toBe(tensors);
});

const anyTask = {
  name: 'category',
  target: ({ category }: { category?: string }) => category,
  head: {
    layers: (width: number): Record<string, readonly number[]> => ({ inner: [width, 2] }),
    compute: (input: Tensor, { inner }: Readonly<Record<string, Tensor>>) => tf.matMul(input, inner!),
  },
  loss: (outputs: Tensor) => tf.mean(tf.square(outputs)),
  predict: (outputs: Float32Array) => ({ first: outputs[0] }),
};
