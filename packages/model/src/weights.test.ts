import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { memory, selectBackend, tf } from '@kaleido/backend';
import { decodeSafetensors, encodeSafetensors, float32Tensor, KaleidoError } from '@kaleido/foundation';
import { captions, photographs, smallConfig } from '../test/small-model.ts';
import { KaleidoBert, modelFromWeights, readWeights, restoreWeights, storeWeights } from './index.ts';
import { loadModel, loadWeights, saveModel, saveWeights } from './node.ts';

beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
});

const config = smallConfig({ joint_size: 4, standardise_features: true });

const logitsOf = (model: KaleidoBert): number[][] =>
  tf.tidy(() => {
    const text = model.textInput(captions([6, 4], 8));
    const { logits } = model.forward(text, model.imageInput(photographs(2)));
    return Object.values(logits).map((tensor) => [...(tensor as ReturnType<typeof tf.zeros>).dataSync()]);
  });

const refusalOf = async (run: () => unknown): Promise<KaleidoError> => {
  try {
    await run();
  } catch (error) {
    if (KaleidoError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('it was taken');
};

describe('weights', () => {
  it('go through a safetensors file to a model with the same logits', async () => {
    const before = memory().numTensors;
    const model = KaleidoBert.create(config, 3);
    const bytes = encodeSafetensors(storeWeights(config, await readWeights(model)));
    const again = modelFromWeights(config, restoreWeights(config, decodeSafetensors(bytes, 'memory')));
    expect(logitsOf(again)).toEqual(logitsOf(model));
    expect(await readWeights(again)).toEqual(await readWeights(model));
    model.dispose();
    again.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('are copies', async () => {
    const model = KaleidoBert.create(config, 3);
    const weights = await readWeights(model);
    weights.get('cls/seq_relationship/output_bias')!.fill(9);
    expect((await readWeights(model)).get('cls/seq_relationship/output_bias')).toEqual(Float32Array.of(0, 0));
    model.dispose();
  });

  it.each([
    ['missing', (weights: Map<string, Float32Array>) => weights.delete('bert/position_dense'), 'bert/position_dense'],
    [
      'of another size',
      (weights: Map<string, Float32Array>) => weights.set('bert/pooler/dense/bias', new Float32Array(13)),
      'bert/pooler/dense/bias',
    ],
    [
      'surplus',
      (weights: Map<string, Float32Array>) => weights.set('bert/pooler/dense/more', new Float32Array(1)),
      'bert/pooler/dense/more',
    ],
  ])('that are %s are refused by name, and no tensor is left', async (_, change, name) => {
    const model = KaleidoBert.create(config, 3);
    const weights = await readWeights(model);
    model.dispose();
    change(weights);
    const before = memory().numTensors;
    const error = await refusalOf(() => modelFromWeights(config, weights));
    expect(error.message).toContain(name);
    expect(error.advice).toBe('use the config.json that was written with these weights');
    expect(memory().numTensors).toBe(before);
  });

  it('of the right size and a wrong shape are refused if they come from a file', async () => {
    const turned = new Map([['bert/position_dense', float32Tensor(new Float32Array(60), [12, 5])]]);
    const error = await refusalOf(() => restoreWeights(config, { tensors: turned, metadata: {} }));
    expect(error.message).toContain('tensor "bert/position_dense" must have the shape [5, 12]');
    expect(error.found).toBe('[12, 5]');
  });
});

describe('a model folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kaleido-model-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('restores the model, configuration and bits', async () => {
    const model = KaleidoBert.create(config, 4);
    await saveModel(join(folder, 'deep', 'run'), model);
    expect((await readdir(join(folder, 'deep', 'run'))).sort()).toEqual([
      'README.md',
      'config.json',
      'model.safetensors',
    ]);
    const again = await loadModel(join(folder, 'deep', 'run'));
    expect(again.config).toEqual(config);
    expect(logitsOf(again)).toEqual(logitsOf(model));
    model.dispose();
    again.dispose();
  });

  it('can be written and read with the weights on the host, without a tensor', async () => {
    const model = KaleidoBert.create(config, 4);
    const weights = await readWeights(model);
    model.dispose();
    const before = memory().numTensors;
    await saveWeights(folder, config, weights);
    expect(await loadWeights(folder)).toEqual({ config, weights });
    expect(memory().numTensors).toBe(before);
  });

  it('is split into files of limited size, which are read as one, and removes surplus ones', async () => {
    const model = KaleidoBert.create(config, 4);
    const weights = await readWeights(model);
    model.dispose();
    await saveWeights(folder, config, weights, { largestFile: 4000 });
    const files = (await readdir(folder)).filter((name) => name.endsWith('.safetensors')).sort();
    expect(files.length).toBeGreaterThan(3);
    expect(files[0]).toBe(`model-00001-of-${String(files.length).padStart(5, '0')}.safetensors`);
    expect((await loadWeights(folder)).weights).toEqual(weights);

    const path = join(folder, 'model.safetensors.index.json');
    const index = JSON.parse(await readFile(path, 'utf8'));
    expect(index.metadata.total_size).toBe([...weights.values()].reduce((sum, { byteLength }) => sum + byteLength, 0));
    const [name] = Object.keys(index.weight_map) as [string];
    for (const [file, message] of [
      ['../outside.safetensors', /may only name \.safetensors files of its own folder, found "\.\.\/outside/],
      [files[1], /does not list a tensor that model-\d+-of-\d+\.safetensors has/],
      ['model-of-nobody.safetensors', /names a file that is missing, found "model-of-nobody/],
    ] as const) {
      await writeFile(path, JSON.stringify({ weight_map: { ...index.weight_map, [name]: file } }));
      expect((await refusalOf(() => loadModel(folder))).message).toMatch(message);
    }
    await writeFile(path, JSON.stringify({ weight_map: { ...index.weight_map, more: files[0] } }));
    expect((await refusalOf(() => loadModel(folder))).message).toMatch(
      /lists a tensor that model-00001-of-\d+\.safetensors lacks, found "more"/,
    );

    await saveWeights(folder, config, weights);
    expect((await readdir(folder)).sort()).toEqual(['README.md', 'config.json', 'model.safetensors']);
    expect((await loadWeights(folder)).weights).toEqual(weights);
  });

  it('has a card with facts from the folder, and keeps an existing one', async () => {
    const model = KaleidoBert.create(config, 4);
    await saveModel(folder, model);
    const card = await readFile(join(folder, 'README.md'), 'utf8');
    const parameters = [...model.variables.values()].reduce((sum, { size }) => sum + size, 0);
    expect(card).toMatch(/^---\nlibrary_name: kaleido\n/);
    expect(card).toContain(`| parameters | ${parameters.toLocaleString('en-US')} |`);
    await writeFile(join(folder, 'README.md'), 'mine');
    await saveModel(folder, model);
    expect(await readFile(join(folder, 'README.md'), 'utf8')).toBe('mine');
    model.dispose();
  });

  it('is refused if a file is missing, damaged, or of another model', async () => {
    expect((await refusalOf(() => loadModel(folder))).message).toMatch(/cannot read config\.json, found "ENOENT"/);
    await writeFile(join(folder, 'config.json'), '{');
    expect((await refusalOf(() => loadModel(folder))).message).toMatch(/config\.json is not JSON, found "/);
    await writeFile(join(folder, 'config.json'), '\uFEFF{}', 'utf16le');
    expect((await refusalOf(() => loadModel(folder))).message).toMatch(/config\.json is not UTF-8 text, found "UTF-16/);
    // A byte order mark is accepted.
    await writeFile(join(folder, 'config.json'), `\uFEFF${JSON.stringify({ ...config, hidden: 3 })}`);
    expect((await refusalOf(() => loadModel(folder))).message).toContain('"hidden"');

    const model = KaleidoBert.create(config, 4);
    await saveModel(folder, model);
    model.dispose();
    const before = memory().numTensors;
    const bytes = await readFile(join(folder, 'model.safetensors'));
    await writeFile(join(folder, 'model.safetensors'), bytes.subarray(0, bytes.length - 4));
    expect((await refusalOf(() => loadModel(folder))).message).toContain(join(folder, 'model.safetensors'));
    await writeFile(join(folder, 'model.safetensors'), bytes);
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, hidden_size: 24 }));
    expect((await refusalOf(() => loadModel(folder))).message).toMatch(/must have the shape/);
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, num_hidden_layers: 1 }));
    expect((await refusalOf(() => loadModel(folder))).message).toMatch(
      /no variable for, found "bert\/encoder\/layer_1/,
    );
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, num_hidden_layers: 3 }));
    expect((await refusalOf(() => loadModel(folder))).message).toMatch(/layer_2.*nothing of that name/);
    expect(memory().numTensors).toBe(before);
  });
});
