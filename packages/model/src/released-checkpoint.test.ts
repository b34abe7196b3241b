import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeSafetensors, float32Tensor, float32Values, KaleidoError, type StoredTensor } from '@kaleido/foundation';
import { releasedModels } from '../test/released-models.ts';
import { kaleidoBertConfig, releasedPrefix, type VariableDescription, variableDescriptions } from './index.ts';
import {
  type LeftVariables,
  loadReleasedCheckpoint,
  loadWeights,
  saveReleasedCheckpoint,
  TensorflowCheckpoint,
  writeTensorflowCheckpoint,
} from './node.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'released-checkpoint-'));
});
afterAll(() => rm(folder, { recursive: true }));

const config = kaleidoBertConfig({
  vocab_size: 11,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  max_position_embeddings: 6,
  text_seq_len: 4,
  patch_feature_size: 5,
});
const sizeOf = ({ shape }: VariableDescription): number => shape.reduce((product, length) => product * length, 1);
/** Values that differ between variables and positions. */
const numbers = (shift: number): Map<string, Float32Array> =>
  new Map(
    variableDescriptions(config).map((one, v) => [
      one.name,
      Float32Array.from({ length: sizeOf(one) }, (_, i) => shift + v + i / 64),
    ]),
  );
const weights = numbers(0);

/** A checkpoint of the small model with some of its variables replaced, added or left out. */
async function write(
  name: string,
  change: (variables: Map<string, StoredTensor>) => void = () => undefined,
  prefix = releasedPrefix,
): Promise<string> {
  const variables = new Map(
    variableDescriptions(config).map((one) => [
      `${prefix}${one.name}`,
      float32Tensor(weights.get(one.name)!, one.shape),
    ]),
  );
  change(variables);
  const path = join(folder, name, 'model.ckpt');
  await writeTensorflowCheckpoint(path, variables);
  await writeFile(join(folder, name, 'config.json'), JSON.stringify(config));
  return path;
}

async function refusal(path: string): Promise<string> {
  const error: unknown = await loadReleasedCheckpoint(path).catch((caught: unknown) => caught);
  expect(KaleidoError.isInstance(error)).toBe(true);
  return (error as KaleidoError).message;
}

describe('a checkpoint of the released code', () => {
  it('is read as it was written, by its prefix, its index or its folder', async () => {
    const path = await write('plain');
    for (const given of [path, `${path}.index`, join(folder, 'plain')]) {
      const found = await loadReleasedCheckpoint(given);
      expect(found.weights).toEqual(weights);
      expect(found.config).toEqual(config);
      expect(found.optimizer).toBeUndefined();
    }
    // Like a run's folder.
    expect((await loadWeights(join(folder, 'plain'))).weights).toEqual(weights);
  });

  it.each(['', 'model/', 'a/b.c/kaleido_bert_pre_trained_model/'])('may have any prefix: "%s"', async (prefix) => {
    const path = await write(`prefix-${prefix.length}`, () => undefined, prefix);
    expect((await loadReleasedCheckpoint(path)).weights).toEqual(weights);
  });

  it('has moments, and the layers of fine-tuning', async () => {
    const [firstMoments, secondMoments] = [numbers(100), numbers(200)];
    const path = join(folder, 'moments', 'model.ckpt-3');
    await saveReleasedCheckpoint(path, { config, weights, optimizer: { step: 3, firstMoments, secondMoments } });
    const found = await loadReleasedCheckpoint(path, { optimizer: true });
    expect(found.optimizer).toEqual({ step: 3, firstMoments, secondMoments });
    expect((await loadReleasedCheckpoint(path)).optimizer).toBeUndefined();

    const kernel = float32Tensor(new Float32Array(16).fill(2), [8, 2]);
    const finetuned = await write('finetuned', (variables) => {
      variables.set('catepred_dense/kernel', kernel);
      // A suffix of it that is another variable.
      variables.set('subcatepred_dense/kernel', float32Tensor(new Float32Array(24).fill(3), [8, 3]));
    });
    const { heads } = await loadReleasedCheckpoint(finetuned);
    expect([...heads.keys()]).toEqual(['catepred_dense/kernel', 'subcatepred_dense/kernel']);
    expect(float32Values(heads.get('catepred_dense/kernel')!, '')).toEqual(new Float32Array(16).fill(2));
  });

  it('may have more variables than a block of its index holds', async () => {
    const path = join(folder, 'many', 'model.ckpt');
    const many = Array.from(
      { length: 9000 },
      (_, i) => [`some/rather/long/name/of/a/variable/${i}`, float32Tensor(Float32Array.of(i), [])] as const,
    );
    await writeTensorflowCheckpoint(path, many);
    const checkpoint = await TensorflowCheckpoint.open(path);
    expect([...checkpoint.entries.keys()].sort()).toEqual(many.map(([name]) => name).sort());
    expect(float32Values(await checkpoint.read(many[4321]![0]), '')[0]).toBe(4321);
    await checkpoint.close();
  });

  it.each<[string, (variables: Map<string, StoredTensor>) => void, RegExp]>([
    [
      'a variable missing',
      (all) => all.delete(`${releasedPrefix}bert/pooler/dense/bias`),
      /lacks variables of the model: bert\/pooler\/dense\/bias;/,
    ],
    [
      'one too many',
      (all) => all.set('else/kernel', float32Tensor(Float32Array.of(1), [1])),
      /has variables that the model does not: else\/kernel;/,
    ],
    [
      'a longer name with the same ending',
      (all) => {
        all.delete(`${releasedPrefix}bert/pooler/dense/bias`);
        all.set(`${releasedPrefix}xbert/pooler/dense/bias`, float32Tensor(new Float32Array(8), [8]));
      },
      /lacks variables of the model: bert\/pooler\/dense\/bias/,
    ],
    [
      'a side too long by one',
      (all) => all.set(`${releasedPrefix}bert/position_dense`, float32Tensor(new Float32Array(48), [6, 8])),
      /must have the shape \[5, 8\]: bert\/position_dense, found \[6,8\]/,
    ],
    [
      'half precision',
      (all) =>
        all.set(`${releasedPrefix}bert/pooler/dense/bias`, { type: 'F16', shape: [8], bytes: new Uint8Array(16) }),
      /not float32, as the model is: bert\/pooler\/dense\/bias, found "F16"/,
    ],
    [
      'a layer too many, though an optimizer has moments of it',
      (all) => {
        const extra = `${releasedPrefix}bert/encoder/layer_7/output/dense/bias`;
        for (const name of [extra, `${extra}/adam_m`]) all.set(name, float32Tensor(new Float32Array(8), [8]));
      },
      /has variables that the model does not: .*layer_7\/output\/dense\/bias,/,
    ],
    [
      'two models',
      (all) => all.set('other/bert/embeddings/word_embeddings', float32Tensor(new Float32Array(88), [11, 8])),
      /holds several models.*other\/bert\/embeddings\/word_embeddings/,
    ],
    ['none', (all) => all.clear(), /none of a Kaleido-BERT/],
  ])('is refused with %s', async (name, change, message) => {
    expect(await refusal(await write(`wrong-${name.replaceAll(' ', '-')}`, change))).toMatch(message);
  });

  it('is refused without its files, and if they are truncated or changed', async () => {
    expect(await refusal(join(folder, 'nothing'))).toMatch(/cannot read .*nothing\.index, found "ENOENT"/);
    const path = await write('broken');
    const [index, data] = [`${path}.index`, `${path}.data-00000-of-00001`];
    const [soundIndex, soundData] = [await readFile(index), await readFile(data)];
    await truncate(index, 100);
    expect(await refusal(path)).toMatch(/model\.ckpt\.index is no sound TensorFlow checkpoint/);
    await writeFile(index, soundIndex);
    await truncate(data, soundData.length - 1);
    expect(await refusal(path)).toMatch(
      /data-00000-of-00001 is no sound TensorFlow checkpoint: its index needs \d+ bytes of it/,
    );
    await rm(data);
    expect(await refusal(path)).toMatch(/cannot read .*data-00000-of-00001, found "ENOENT"/);
    soundData[100] = soundData[100]! ^ 1;
    await writeFile(data, soundData);
    expect(await refusal(path)).toMatch(/the checksum of ".*" is wrong/);
    await rm(join(folder, 'broken', 'config.json'));
    expect(await refusal(path)).toMatch(/there is no config\.json beside the checkpoint/);
  });

  const names = (variables: readonly string[]): string[] => variables.map((name) => `${releasedPrefix}${name}`);
  const kernel = 'bert/pooler/dense/kernel';
  it.each<[string, string[], LeftVariables['kind']]>([
    ["BERT's own Adam", names([`${kernel}/adam_m`, `${kernel}/adam_v`]), 'slots of an optimizer'],
    ['LAMB', names([`${kernel}/LAMB`, `${kernel}/LAMB_1`, `${kernel}/lamb_m`]), 'slots of an optimizer'],
    ['momentum', names([`${kernel}/Momentum`]), 'slots of an optimizer'],
    ['slots in a scope of their own', [`AdamW/v/${kernel}`, `training/Adam/${kernel}/m`], 'slots of an optimizer'],
    ['slots of the layers of fine-tuning', ['catepred_dense/kernel/adam_m'], 'slots of an optimizer'],
    ['Keras', names([`${kernel}/.OPTIMIZER_SLOT/optimizer/m/.ATTRIBUTES/VARIABLE_VALUE`]), 'slots of an optimizer'],
    ['averages', names([`${kernel}/ExponentialMovingAverage`]), 'moving averages'],
    ['averages in a scope of their own', [`ExponentialMovingAverage/${kernel}`, `ema/${kernel}`], 'moving averages'],
  ])('leaves what training adds, and counts it: %s', async (name, added, kind) => {
    const path = await write(`added-${name.replaceAll(/\W/g, '-')}`, (all) => {
      for (const one of added) all.set(one, float32Tensor(new Float32Array(64), [8, 8]));
    });
    const found = await loadReleasedCheckpoint(path, { optimizer: true });
    expect(found.weights).toEqual(weights);
    expect(found.left).toEqual([{ kind, names: added }]);
    expect(found.optimizer).toBeUndefined();
    expect((await loadWeights(path)).weights).toEqual(weights);
  });

  it('leaves counters and loss scales, of any type and under any scope', async () => {
    const one = float32Tensor(Float32Array.of(1), []);
    const path = await write('counters', (all) => {
      const long = { type: 'I64', shape: [], bytes: new Uint8Array(8) } as const;
      all.set('global_step', long).set('current_loss_scale', one).set('good_steps', long).set('scope/beta1_power', one);
      all.set('loss_scale/value', float32Tensor(Float32Array.of(1), [1])).set('something/else', one);
    });
    const { left, optimizer } = await loadReleasedCheckpoint(path, { optimizer: true });
    expect(left.map(({ kind, names }) => [kind, names.length])).toEqual([['counters and scales', 6]]);
    expect(optimizer).toBeUndefined();
  });

  it('is the model itself, even if averages hold a second copy of it', async () => {
    const path = await write('twice-over', (all) => {
      for (const [name, { shape, bytes }] of [...all])
        all.set(`ExponentialMovingAverage/${name}`, { type: 'F32', shape, bytes: bytes.map(() => 1) });
    });
    const found = await loadReleasedCheckpoint(path);
    expect(found.weights).toEqual(weights);
    expect(found.left.map(({ kind, names }) => [kind, names.length])).toEqual([['moving averages', weights.size]]);
  });

  it('lists moments as left if they are not requested', async () => {
    const path = join(folder, 'unasked', 'model.ckpt-3');
    const moments = { firstMoments: numbers(1), secondMoments: numbers(2) };
    await saveReleasedCheckpoint(path, { config, weights, optimizer: { step: 3, ...moments } });
    const counts = async (optimizer: boolean): Promise<[string, number][]> =>
      (await loadReleasedCheckpoint(path, { optimizer })).left.map(({ kind, names }) => [kind, names.length]);
    expect((await counts(false)).sort()).toEqual([
      ['counters and scales', 3],
      ['slots of an optimizer', 2 * weights.size],
    ]);
    expect(await counts(true)).toEqual([]);
  });

  it.each([
    ['escaped, of Windows', '"C:\\\\runs\\\\a b\\\\model.ckpt-2"'],
    ['by hand, of Windows', '"C:\\runs\\new\\model.ckpt-2"'],
    ['relative, of Windows', '"runs\\\\model.ckpt-2"'],
    ['absolute', '"/models/model.ckpt-2"'],
    ['in single quotes', "'model.ckpt-2'"],
  ])('is the one that "checkpoint" names: a path %s', async (name, quoted) => {
    const path = join(folder, `state-${name.replaceAll(/\W/g, '-')}`);
    for (const n of [1, 2, 3])
      await writeTensorflowCheckpoint(join(path, `model.ckpt-${n}`), [['a', float32Tensor(Float32Array.of(n), [])]]);
    for (const end of ['\n', '\r\n']) {
      await writeFile(
        join(path, 'checkpoint'),
        [`model_checkpoint_path: ${quoted}`, 'all_model_checkpoint_paths: "model.ckpt-3"', ''].join(end),
      );
      const checkpoint = await TensorflowCheckpoint.open(path);
      expect(checkpoint.prefix).toBe(join(path, 'model.ckpt-2'));
      await checkpoint.close();
    }
  });

  it('has a name beyond ASCII, as "checkpoint" escapes it', async () => {
    const path = join(folder, 'beyond-ascii');
    for (const name of ['modèle', 'other'])
      await writeTensorflowCheckpoint(join(path, name), [['a', float32Tensor(Float32Array.of(1), [])]]);
    await writeFile(join(path, 'checkpoint'), 'model_checkpoint_path: "mod\\303\\250le"\n');
    const checkpoint = await TensorflowCheckpoint.open(path);
    expect(checkpoint.prefix).toBe(join(path, 'modèle'));
    await checkpoint.close();
    await writeFile(join(path, 'checkpoint'), 'model_checkpoint_path: "gone"\n');
    await expect(TensorflowCheckpoint.open(path)).rejects.toThrow(/"checkpoint" names "gone", which is missing, found/);
  });

  it('refuses two variables with the same name', async () => {
    const one = ['name', float32Tensor(Float32Array.of(1), [])] as const;
    await expect(writeTensorflowCheckpoint(join(folder, 'twice', 'model.ckpt'), [one, one])).rejects.toThrow(
      /a variable of a checkpoint needs a name of its own, found "name"/,
    );
  });
});

// Written by TensorFlow 2.15.1.
describe("TensorFlow's own checkpoints", () => {
  for (const { name, folder: golden, absent } of releasedModels) {
    const itGolden = absent ? it.skip : it;
    itGolden(`are read, and written to the same bytes, ${name}`, async () => {
      const bare = `${golden}/bare/model.ckpt`;
      const { config: found, weights: values } = await loadReleasedCheckpoint(`${golden}/bare`);
      const copy = join(folder, `copy-${name}`, 'model.ckpt');
      await saveReleasedCheckpoint(copy, { config: found, weights: values });
      for (const end of ['.index', '.data-00000-of-00001'])
        expect((await readFile(`${copy}${end}`)).equals(await readFile(`${bare}${end}`))).toBe(true);
    });

    itGolden(`have the moments and weights of three steps, ${name}`, async () => {
      const after = `${golden}/after3/model.ckpt-3`;
      const { config: found, weights: values, optimizer } = await loadReleasedCheckpoint(after, { optimizer: true });
      const { tensors } = decodeSafetensors(readFileSync(`${golden}/outputs.safetensors`), 'outputs');
      for (const [variable, numbersOf] of values) {
        const stored = tensors.get(`step3/${releasedPrefix}${variable}`)!;
        expect(numbersOf).toEqual(float32Values(stored, variable));
      }
      expect(optimizer?.step).toBe(3);
      const copy = join(folder, `copy-after-${name}`, 'model.ckpt-3');
      await saveReleasedCheckpoint(copy, { config: found, weights: values, optimizer: optimizer! });
      expect(
        (await readFile(`${copy}.data-00000-of-00001`)).equals(await readFile(`${after}.data-00000-of-00001`)),
      ).toBe(true);
      expect((await readFile(`${copy}.index`)).equals(await readFile(`${after}.index`))).toBe(true);
    });
  }
});
