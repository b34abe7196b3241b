import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { memory, type Tensor, tf } from '@kaleido/backend';
import { allOf, type FineTuningSetUp, fineTuningSetUp } from '../test/fine-tuning-set-up.ts';
import type { Garment } from '../test/garments.ts';
import {
  captioning,
  classification,
  defineTask,
  fineTune,
  type Kaleido,
  multiLabel,
  openKaleido,
  retrieval,
  type Tags,
} from './node.ts';

let kaleido: Kaleido;
let pictures: Garment[] = [];
let root = '';
let tensors = 0;
let close: FineTuningSetUp['close'];
beforeAll(async () => {
  ({ kaleido, pictures, root, close } = await fineTuningSetUp('fine-tune-tasks'));
});
// Before each test: what a failed one has left is not counted against the next.
beforeEach(() => {
  tensors = memory().numTensors;
});
afterAll(() => close());

const split = () => ({ train: pictures.slice(0, 32), validation: pictures.slice(32) });
const quick = { batchSize: 8, learningRate: 0.003 };

describe('classification', () => {
  it('trains the head alone, leaves out missing labels, and says what was seen once', async () => {
    const { train, validation } = split();
    const withGaps = [
      ...train.map((garment, at) => (at % 4 === 0 ? { ...garment, attributes: {} } : garment)),
      { ...train[1]!, category: 'hat', attributes: { colour: 'blue' } },
    ];
    const tagger = await fineTune(
      kaleido,
      classification({ label: ['category', 'colour'], classWeights: 'balanced' }),
      {
        ...quick,
        epochs: 12,
        train: withGaps,
        validation,
        trained: 'head',
      },
    );
    const { training } = tagger;
    expect(training).toMatchObject({
      examples: 33,
      missing: { category: 0, colour: 8 },
      notes: ['"category": 1 label was seen once in training, which is hardly enough to learn: hat.'],
      stoppedEarly: false,
      validation: { keep: 'accuracy', examples: 8 },
    });
    const { history, figures, step } = training.validation!;
    expect(Math.max(...history.map((one) => one.figures.accuracy))).toBe(figures.accuracy);
    expect(history.findLast(({ best }) => best)?.step).toBe(step);
    expect(figures.accuracy).toBeGreaterThan(0.8);
    expect(await allOf(tagger.predict(validation))).toHaveLength(8);
    // The model itself is as it was.
    expect(await tagger.embedImages(validation)).toEqual(await kaleido.embedImages(validation));
    tagger.dispose();
    expect(memory().numTensors).toBe(tensors);
  });

  it('trains the last layers and no others', async () => {
    const tagger = await fineTune(kaleido, classification({ label: 'category' }), {
      ...quick,
      epochs: 1,
      train: pictures,
      trained: { lastLayers: 1 },
    });
    const changed: string[] = [];
    for (const [name, variable] of tagger.model.variables) {
      const before = await kaleido.model.variables.get(name)!.data();
      if (JSON.stringify(await variable.data()) !== JSON.stringify(before)) changed.push(name);
    }
    expect(changed.length).toBeGreaterThan(5);
    expect(changed.filter((name) => !/^bert\/(encoder\/layer_0|pooler)\//.test(name))).toEqual([]);
    tagger.dispose();
  });

  it('ends early if nothing improves, and keeps the best weights', async () => {
    const { train, validation } = split();
    // Labels that are all wrong: the more is learned, the worse they fit.
    const wrong = validation.map(({ id, image, category }) => ({
      id,
      image,
      category: category === 'dress' ? 'shirt' : 'dress',
    }));
    const tagger = await fineTune(kaleido, classification({ label: 'category' }), {
      ...quick,
      epochs: 40,
      train,
      validation: wrong,
      trained: 'head',
      patience: 2,
      measureEvery: 4,
      keep: 'loss',
    });
    expect(tagger.training).toMatchObject({ steps: 12, stoppedEarly: true, validation: { step: 4, keep: 'loss' } });
    const { history, figures } = tagger.training.validation!;
    expect(history.map(({ step, best }) => [step, best])).toEqual([
      [4, true],
      [8, false],
      [12, false],
    ]);
    expect(figures.loss).toBeCloseTo(history[0]!.figures.loss, 5);
    tagger.dispose();
    expect(memory().numTensors).toBe(tensors);
  });

  it.each<[Parameters<typeof classification>[0], RegExp]>([
    [{ label: 'category', classWeights: { skirt: 2 } }, /classWeights names a class that no item of "category" has/],
    [{ label: 'category', classWeights: { dress: 0 } }, /the weight of "dress" must be above 0/],
  ])('refuses %j', async (settings, message) => {
    const task = classification(settings);
    await expect(fineTune(kaleido, task, { ...quick, train: pictures })).rejects.toThrow(message);
    expect(memory().numTensors).toBe(tensors);
  });
});

describe('resuming', () => {
  it('continues where it was stopped, with the same bits', async () => {
    const task = classification({ label: ['category', 'colour'] });
    const options = { ...quick, epochs: 3, measureEvery: 3, ...split() };
    const answersOf = async (of: Kaleido<{ probabilities: unknown }>): Promise<unknown[]> => {
      const answers = await allOf(of.predict(pictures));
      of.dispose();
      return answers;
    };
    const whole = await answersOf(await fineTune(kaleido, task, options));
    const resume = join(root, 'state');
    const controller = new AbortController();
    const stopped = fineTune(kaleido, task, {
      ...options,
      resume,
      signal: controller.signal,
      onProgress: (progress) => progress.kind === 'step' && progress.step === 5 && controller.abort(new Error('stop')),
    });
    await expect(stopped).rejects.toThrow('stop');
    const steps: number[] = [];
    const again = await fineTune(kaleido, task, {
      ...options,
      resume,
      onProgress: (progress) => progress.kind === 'step' && steps.push(progress.step),
    });
    const { history } = again.training.validation!;
    expect(steps[0]).toBe(6);
    expect(history.map(({ step }) => step)).toEqual([3, 6, 9, 12]);
    expect(await answersOf(again)).toEqual(whole);
    // Once more: nothing is left to do.
    expect(await answersOf(await fineTune(kaleido, task, { ...options, resume }))).toEqual(whole);
    await expect(fineTune(kaleido, task, { ...options, seed: 2, resume })).rejects.toThrow(
      'is the state of another fine-tuning',
    );
    expect(memory().numTensors).toBe(tensors);
  });
});

describe('multiLabel', () => {
  it('predicts sets of tags, and opens again', async () => {
    const tagged = pictures.map(({ id, image, category, attributes }, at) => ({
      id,
      image,
      // Some are without any tag, and some are of unknown tags.
      ...(at === 0 ? {} : { tags: at < 4 ? [] : `${category}|${attributes.colour}` }),
    }));
    const tagger = await fineTune(kaleido, multiLabel({ label: 'tags', separator: '|', classWeights: { red: 2 } }), {
      ...quick,
      epochs: 20,
      train: tagged.slice(0, 32),
      validation: [...tagged.slice(32), { ...tagged[33]!, tags: 'hat' }],
      trained: 'head',
    });
    const { validation, withoutLabel, notes } = tagger.training;
    expect(withoutLabel).toBe(1);
    expect(notes).toEqual([expect.stringContaining('that training has not seen, and no answer can be right: hat.')]);
    expect(validation!.figures.meanAveragePrecision).toBeGreaterThan(0.9);
    expect(validation!.fields).toMatchObject({ tags: { examples: 9, unknown: { hat: 1 } } });
    const answers = await allOf(tagger.predict(tagged.slice(32)));
    expect(Object.keys(answers[0]!.probabilities.tags)).toEqual(['blue', 'dress', 'red', 'shirt']);
    expect(answers.map(({ tags }) => tags.includes('dress'))).toEqual(
      pictures.slice(32).map(({ category }) => category === 'dress'),
    );
    const files = await tagger.toFiles();
    tagger.dispose();
    const opened = await openKaleido<Tags<'tags'>>(files);
    expect(await allOf(opened.predict(tagged.slice(32)))).toEqual(answers);
    opened.dispose();
    expect(memory().numTensors).toBe(tensors);
  });

  it('refuses what is no tag', async () => {
    const numbered = pictures.map((picture) => ({ ...picture, tags: 3 }));
    const tuned = fineTune(kaleido, multiLabel({ label: 'tags' }), { ...quick, train: numbered });
    await expect(tuned).rejects.toThrow('tags must be a list of strings, or one text, and "tags" is not, found 3');
    expect(() => multiLabel({ label: 'tags', threshold: 1 })).toThrow('threshold must be above 0 and below 1');
  });
});

describe('pairs', () => {
  it('retrieval brings captions and photographs together', async () => {
    const tuned = await fineTune(kaleido, retrieval(), { ...quick, epochs: 10, ...split(), trained: 'head' });
    const { history, figures } = tuned.training.validation!;
    expect(figures.meanReciprocalRank).toBeGreaterThanOrEqual(history[0]!.figures.meanReciprocalRank);
    const [image] = await tuned.embedImages(pictures.slice(32, 33));
    const captions = await tuned.embedCaptions([pictures[32]!.caption]);
    expect(captions[0]).toHaveLength(image!.length);
    await expect(allOf(tuned.predict(pictures))).rejects.toThrow('one for retrieval embedImages and embedCaptions');
    tuned.dispose();
    const lastLayers = fineTune(kaleido, retrieval(), { ...quick, ...split(), trained: { lastLayers: 1 } });
    await expect(lastLayers).rejects.toThrow('trained: { lastLayers } would have no effect');
    const odd = fineTune(kaleido, retrieval(), { ...quick, ...split(), batchSize: 6 });
    await expect(odd).rejects.toThrow("a multiple of microBatches x the task's groupSize 4");
    expect(memory().numTensors).toBe(tensors);
  });

  it('captioning learns to write', async () => {
    const tuned = await fineTune(kaleido, captioning(), { ...quick, learningRate: 0.01, epochs: 8, ...split() });
    const { history, figures } = tuned.training.validation!;
    expect(figures.loss).toBeLessThan(history[0]!.figures.loss);
    expect(Math.min(...history.map((one) => one.figures.loss))).toBeCloseTo(figures.loss, 5);
    for (const { caption } of await allOf(tuned.caption(pictures.slice(32)))) expect(caption).toMatch(/^a (red|blue)/);
    tuned.dispose();
    expect(memory().numTensors).toBe(tensors);
  });
});

describe('a task of one’s own', () => {
  const redness = defineTask({
    name: 'redness',
    target: ({ attributes }: { attributes?: { colour?: string } }) =>
      attributes?.colour === undefined ? undefined : Number(attributes.colour === 'red'),
    head: 1,
    loss: (outputs, targets) => tf.mean(tf.square(tf.sub(tf.reshape(outputs, [-1]), tf.tensor(targets as number[])))),
    predict: ([redness]) => ({ redness: redness as number }),
    figures: {
      right: (results, targets) =>
        results.filter(({ redness }, at) => redness > 0.5 === (targets[at] === 1)).length / targets.length,
    },
  });

  it('trains, measures, predicts, is saved and opens again', async () => {
    const { train, validation } = split();
    const tuned = await fineTune(kaleido, redness, {
      ...quick,
      epochs: 15,
      train: [...train, { ...train[0]!, attributes: {} }],
      validation,
      trained: 'head',
      keep: 'right',
    });
    expect(tuned.training.withoutLabel).toBe(1);
    expect(tuned.training.validation!.figures.right).toBeGreaterThan(0.8);
    const answers = await allOf(tuned.predict(validation));
    expect(Object.keys(answers[0]!).sort()).toEqual(['id', 'redness']);
    const folder = join(root, 'redness');
    await tuned.save(folder);
    tuned.dispose();
    const opened = await openKaleido(folder, { task: redness });
    expect(await allOf(opened.predict(validation))).toEqual(answers);
    opened.dispose();
    await expect(openKaleido(folder)).rejects.toThrow(
      "is fine-tuned for a task of its author's own, whose functions are not in the folder",
    );
    const other = defineTask({ ...twoOutputs(), name: 'blueness' });
    await expect(openKaleido(folder, { task: other })).rejects.toThrow('is fine-tuned for the task "redness"');
    const wider = defineTask({ ...twoOutputs(), name: 'redness' });
    await expect(openKaleido(folder, { task: wider })).rejects.toThrow('the task "redness" has the layers bias [2]');
    await kaleido.save(folder);
    await expect(openKaleido(folder, { task: redness })).rejects.toThrow('the option task would have no effect');
    expect(memory().numTensors).toBe(tensors);
  });

  it('may have layers of its own, and must give one row an item', async () => {
    const { train } = split();
    const layers = defineTask({
      ...twoOutputs(),
      name: 'hidden',
      head: {
        layers: (width) => ({ inner: [width, 4], outer: [4, 2] }),
        compute: (input, { inner, outer }) => tf.matMul(tf.relu(tf.matMul(input, inner!)), outer!),
      },
    });
    (await fineTune(kaleido, layers, { ...quick, epochs: 1, train })).dispose();
    const flat = defineTask({
      ...twoOutputs(),
      name: 'flat',
      head: {
        layers: (width) => ({ inner: [width, 1] }),
        compute: (input, { inner }) => tf.sum(tf.matMul(input, inner!)),
      },
    });
    await expect(fineTune(kaleido, flat, { ...quick, epochs: 1, train })).rejects.toThrow(
      'the head of "flat" must give one row of outputs an item',
    );
    expect(memory().numTensors).toBe(tensors);
  });
});

function twoOutputs() {
  return {
    target: ({ id }: { id?: string }) => id,
    head: 2,
    loss: (outputs: Tensor) => tf.mean(tf.square(outputs)),
    predict: (outputs: Float32Array) => ({ first: outputs[0] }),
  };
}
