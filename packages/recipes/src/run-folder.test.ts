import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type ClassificationOptions,
  classifierShapes,
  type KaleidoBertConfig,
  variableDescriptions,
  type Weights,
} from '@kaleido/model';
import { describePreprocessor } from '@kaleido/pipeline/node';
import { modelConfig } from '@kaleido/recipe-schema';
import { createTokenizer, specialTokens } from '@kaleido/tokenizer';
import type { StageMetrics } from '@kaleido/training';
import { microRecipe } from '../test/micro-recipe.ts';
import { RunFolder } from './run-folder.ts';

const recipe = microRecipe();
// Settings other than the default.
const tokenizer = createTokenizer([...specialTokens, 'Red', 'shirt'], { lowercase: false, stripAccents: true });
const config: KaleidoBertConfig = modelConfig(recipe, 40, 48);

const preprocessor = await describePreprocessor({ extractor: { kind: 'pixels', size: 4 } });

let path = '';
let folder: RunFolder;
/** As a run begins: the folder's claim writes the recipe. */
const begin = async (folder: RunFolder, recipe: object): Promise<void> => {
  await mkdir(folder.path, { recursive: true });
  await writeFile(join(folder.path, 'recipe.json'), JSON.stringify(recipe));
  await folder.begin(config, tokenizer, preprocessor);
};
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'run-folder-'));
  folder = new RunFolder(join(path, 'run'));
});
afterEach(() => rm(path, { recursive: true }));

function someWeights(start: number): Weights {
  let next = start;
  return new Map(
    variableDescriptions(config).map(({ name, shape }) => [
      name,
      Float32Array.from({ length: shape.reduce((product, length) => product * length, 1) }, () => Math.sin(next++)),
    ]),
  );
}

const image: ClassificationOptions = {
  fields: [{ name: 'category', classes: ['a', 'b'] }],
  inputs: 'image',
  head: 'cls',
};

function someLayers(options: ClassificationOptions): ReadonlyMap<string, Float32Array> {
  const shapes = [...classifierShapes(config, options)];
  return new Map(shapes.map(([name, shape]) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5)]));
}

const atStage1 = { stage: 1, step: 0, data: '', weights: new Map(someWeights(0)), times: [] };

const line = (stage: string, step: number): StageMetrics => ({
  stage,
  step,
  losses: { loss: 1 / step },
  learningRate: 0.001,
  seconds: 1,
  secondsLeft: 3,
  examplesPerSecond: 2,
  waiting: 0,
});

const modelFiles = [
  'README.md',
  'config.json',
  'model.safetensors',
  'preprocessor.json',
  'recipe.json',
  'tokenizer_config.json',
  'vocab.txt',
];

describe('RunFolder', () => {
  it('gives back recipe, vocabulary, weights and checkpoint as they were saved', async () => {
    const checkpoint = {
      stage: 1,
      step: 6,
      data: 'these products',
      weights: new Map(someWeights(0)),
      optimizer: {
        step: 6,
        firstMoments: new Map([['bert/pooler', Float32Array.of(0.25, -1e-8)]]),
        secondMoments: new Map([['bert/pooler', Float32Array.of(1e-12, 3)]]),
      },
      times: [{ part: 'Stage contrastive', seconds: 2.5 }],
    };
    await begin(folder, recipe);
    expect(await folder.checkpoint(recipe)).toBeUndefined();
    await folder.saveCheckpoint(checkpoint);
    await folder.saveModel(config, checkpoint.weights);

    const again = new RunFolder(folder.path);
    expect(await again.checkpoint(recipe)).toEqual(checkpoint);
    expect(await again.recipe()).toEqual(recipe);
    const opened = await again.tokenizer();
    expect(opened.toVocabularyText()).toBe(tokenizer.toVocabularyText());
    expect(opened.normalization).toEqual(tokenizer.normalization);
    const loaded = await again.weights();
    expect(loaded.config).toEqual(config);
    expect(new Map(loaded.weights)).toEqual(checkpoint.weights);
  });

  it('gives hard negatives back as they were saved', async () => {
    expect(await folder.hardNegatives()).toBeUndefined();
    const negatives = { perRow: 3, share: 0.25, rows: Int32Array.of(1, 2, -1, 0, -1, -1) };
    await folder.saveHardNegatives(negatives);
    expect(await folder.hardNegatives()).toEqual(negatives);
  });

  it('resumes with the same recipe only', async () => {
    await begin(folder, recipe);
    await folder.saveCheckpoint(atStage1);
    // The recipe's texts about itself do not matter.
    const reworded = { ...recipe, description: 'other words', expectedTime: 'an hour', expectedFigures: { sumR: 1 } };
    for (const same of [recipe, reworded]) expect(await folder.checkpoint(same)).toEqual(atStage1);
    expect(await folder.checkpoint({ ...recipe, seed: recipe.seed + 1 })).toBeUndefined();
  });

  it('removes an earlier run when another begins', async () => {
    await begin(folder, recipe);
    await folder.saveModel(config, someWeights(0));
    await folder.saveCheckpoint(atStage1);
    await folder.metrics.append(line('contrastive', 1));
    await folder.saveEvaluation({});
    await folder.saveReport('<html>');
    await folder.saveClassifier(image, config, someWeights(1), someLayers(image));
    await folder.saveCaptioner(config, someWeights(1));
    const other = { ...recipe, seed: recipe.seed + 1 };
    await begin(folder, other);
    // Interrupted before its first save: it has no progress of its own, and takes over none.
    expect(await folder.checkpoint(other)).toBeUndefined();
    expect(await folder.metrics.read()).toEqual([]);
    const begun = ['config.json', 'preprocessor.json', 'recipe.json', 'tokenizer_config.json', 'vocab.txt'];
    expect((await readdir(folder.path)).sort()).toEqual(begun);
    // An edited model card stays.
    await folder.saveModel(config, someWeights(0));
    await writeFile(join(folder.path, 'README.md'), 'mine');
    await begin(folder, recipe);
    expect((await readdir(folder.path)).sort()).toEqual(['README.md', ...begun]);
  });

  it('gives a classifier back as it was saved', async () => {
    const options = image;
    const weights = someWeights(2);
    const layers = someLayers(options);
    await begin(folder, recipe);
    expect(await folder.hasClassifier('image')).toBe(false);
    await folder.saveClassifier(options, config, weights, layers);
    expect(await folder.hasClassifier('image')).toBe(true);
    const loaded = await folder.loadClassifier('image');
    expect(loaded).toEqual({ options, config, weights: new Map(weights), layers });
    // It is a complete model folder.
    for (const name of ['vocab.txt', 'tokenizer_config.json', 'preprocessor.json'])
      expect(await readFile(join(folder.path, 'finetuned/image', name))).toEqual(
        await readFile(join(folder.path, name)),
      );
    await expect(folder.loadClassifier('text')).rejects.toThrow(
      /^@kaleido\/recipes: .*finetuned\/text\/classifier\.json/,
    );
  });

  it('gives a model that writes captions back as it was saved', async () => {
    await begin(folder, recipe);
    expect(await folder.hasCaptioner()).toBe(false);
    await expect(folder.loadCaptioner()).rejects.toThrow(
      /^@kaleido\/recipes: the run .* has no model that writes captions, found "no .*finetuned\/captioning"; /,
    );
    await folder.saveCaptioner(config, someWeights(3));
    expect(await folder.hasCaptioner()).toBe(true);
    expect(new Map(await folder.loadCaptioner())).toEqual(new Map(someWeights(3)));
    const saved = (await readdir(join(folder.path, 'finetuned/captioning'))).sort();
    expect(saved).toEqual(modelFiles.filter((name) => name !== 'recipe.json'));
  });

  it('knows the products that the run was started with, and how it read them', async () => {
    await begin(folder, recipe);
    expect(await folder.data()).toBeUndefined();
    const keep = (record: object): Promise<void> => writeFile(join(folder.path, 'run.json'), JSON.stringify(record));
    await keep({ data: '/products', backend: 'wasm' });
    expect(await folder.data()).toEqual({ path: '/products', reading: {} });
    await keep({ data: '/shop.csv', map: 'caption=title,id=sku', encoding: 'latin1', backend: 'wasm' });
    const reading = { map: { caption: ['title'], id: ['sku'] }, encoding: 'latin1' };
    expect(await folder.data()).toEqual({ path: '/shop.csv', reading });
  });

  it('keeps no checkpoint of a finished run', async () => {
    await begin(folder, recipe);
    await folder.saveModel(config, someWeights(0));
    await folder.saveCheckpoint(atStage1);
    await folder.finish();
    expect(await folder.checkpoint(recipe)).toBeUndefined();
    expect((await readdir(folder.path)).sort()).toEqual(modelFiles);
  });

  it('reports a folder that is not a run, and a damaged file', async () => {
    await expect(folder.recipe()).rejects.toThrow(
      `@kaleido/recipes: ${folder.path} is not a run folder: cannot read recipe.json, found "ENOENT"; give the --out folder of a finished run`,
    );
    await begin(folder, recipe);
    await writeFile(join(folder.path, 'evaluation.json'), '{ "retrieval": ');
    await expect(folder.evaluation()).rejects.toThrow(
      /^@kaleido\/recipes: .*evaluation\.json is not JSON, found ".+"; /,
    );
  });
});
