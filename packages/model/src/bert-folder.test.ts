import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { selectBackend } from '@kaleido/backend';
import { encodeSafetensors, float32Tensor, KaleidoError, type StoredTensor } from '@kaleido/foundation';
import { KaleidoBert, kaleidoBertConfig, readWeights } from './index.ts';
import { bertPlaces, initialiseFromBert, loadBertFolder } from './node.ts';

const sizes = {
  vocab_size: 12,
  hidden_size: 4,
  intermediate_size: 6,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  max_position_embeddings: 9,
  type_vocab_size: 2,
};
const bertJson = { ...sizes, model_type: 'bert', hidden_act: 'gelu', architectures: ['BertForPreTraining'] };
const places = bertPlaces({ ...sizes, hidden_act: 'gelu_erf' });

let folder = '';
beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
});
beforeEach(async () => {
  await rm(folder, { recursive: true, force: true });
  folder = await mkdtemp(join(tmpdir(), 'bert-folder-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Every tensor of the BERT under its stored name; tensor n has the values 100 n, 100 n + 1, ... */
function tensors(rename: (name: string) => string = (name) => `bert.${name}`): Map<string, StoredTensor> {
  return new Map(
    [...places].map(([name, { shape }], n) => {
      const size = shape.reduce((product, length) => product * length, 1);
      const values = Float32Array.from({ length: size }, (_, i) => 100 * n + i);
      return [name.startsWith('cls') ? name : rename(name), float32Tensor(values, shape)];
    }),
  );
}

async function write(all: Map<string, StoredTensor>, config: object = bertJson): Promise<void> {
  await writeFile(join(folder, 'model.safetensors'), encodeSafetensors(all));
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
}

async function refusal(): Promise<string> {
  const error: unknown = await loadBertFolder(folder).catch((caught: unknown) => caught);
  expect(KaleidoError.isInstance(error)).toBe(true);
  return (error as KaleidoError).message;
}

describe('loadBertFolder', () => {
  it.each([
    ['with its prefix', (name: string) => `bert.${name}`],
    ['without', (name: string) => name],
    [
      'by the old names',
      (name: string) => name.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta'),
    ],
  ])('takes every tensor, %s, and turns its kernels', async (_, rename) => {
    await write(tensors(rename));
    const { config, weights } = await loadBertFolder(folder);
    expect(config).toEqual({ ...sizes, hidden_act: 'gelu_erf' });
    expect(weights.size).toBe(places.size);
    const n = [...places.keys()].indexOf('encoder.layer.0.intermediate.dense.weight');
    // [6, 4] in the file: outputs by inputs.
    const kernel = weights.get('bert/encoder/layer_0/intermediate/dense/kernel')!;
    expect([...kernel.subarray(0, 7)]).toEqual([0, 4, 8, 12, 16, 20, 1].map((i) => 100 * n + i));
  });

  it('accepts a BertModel, which has no heads', async () => {
    const all = tensors((name) => name);
    for (const name of [...all.keys()]) if (name.startsWith('cls')) all.delete(name);
    await write(all);
    expect((await loadBertFolder(folder)).weights.has('cls/predictions/output_bias')).toBe(false);
  });

  it('says what is wrong', async () => {
    expect(await refusal()).toMatch(/config\.json cannot be read, found "ENOENT"/);
    await writeFile(join(folder, 'config.json'), '{');
    expect(await refusal()).toMatch(/config\.json is not JSON/);
    // A byte order mark is accepted.
    await writeFile(join(folder, 'config.json'), `\uFEFF${JSON.stringify({ ...bertJson, model_type: 'roberta' })}`);
    expect(await refusal()).toMatch(/a model of another type than BERT.*found "roberta"/);
    await writeFile(join(folder, 'config.json'), JSON.stringify(bertJson));
    expect(await refusal()).toMatch(/cannot read .*model\.safetensors/);
    await writeFile(join(folder, 'pytorch_model.bin'), 'pickle');
    expect(await refusal()).toMatch(
      /is a pickle, which may run code.*BertForPreTraining\.from_pretrained\(".*"\)\.save_pretrained/,
    );
    const all = tensors();
    all.delete('bert.encoder.layer.0.attention.self.key.bias');
    await write(all);
    expect(await refusal()).toMatch(/lacks a tensor.*encoder\.layer\.0\.attention\.self\.key\.bias/);
    await write(
      new Map([...tensors(), ['bert.encoder.layer.1.output.dense.bias', float32Tensor(new Float32Array(4), [4])]]),
    );
    expect(await refusal()).toMatch(
      /no BERT of its config\.json has, found "bert\.encoder\.layer\.1\.output\.dense\.bias"/,
    );
    await write(tensors(), { ...bertJson, max_position_embeddings: 10 });
    expect(await refusal()).toMatch(/must have the shape \[10, 4\], "bert\.embeddings\.position_embeddings\.weight"/);
    const old = tensors((name) => `bert.${name.replace('LayerNorm.weight', 'LayerNorm.gamma')}`);
    await write(new Map([...tensors(), ...old]));
    expect(await refusal()).toMatch(/has a tensor under two names, found \["bert\.embeddings\.LayerNorm\.weight",/);
    await write(new Map([...tensors(), ...tensors((name) => name)]));
    expect(await refusal()).toMatch(/holds several BERTs/);
  });
});

describe('a BERT with the head of a task', () => {
  const head = float32Tensor(new Float32Array(8), [2, 4]);
  const without = (pattern: RegExp, rename?: (name: string) => string): Map<string, StoredTensor> =>
    new Map([...tensors(rename)].filter(([name]) => !pattern.test(name)));

  it.each<[string, Map<string, StoredTensor>, string[], string[]]>([
    [
      'BertForSequenceClassification',
      without(/^cls/).set('classifier.weight', head).set('classifier.bias', head),
      ['classifier.weight, classifier.bias'],
      ['cls'],
    ],
    [
      'BertForQuestionAnswering',
      without(/^cls|pooler/).set('qa_outputs.weight', head),
      ['qa_outputs.weight'],
      ['bert/pooler', 'cls'],
    ],
    ['BertForMaskedLM', without(/pooler|seq_relationship/), [], ['bert/pooler', 'cls/seq_relationship']],
    ['BertForNextSentencePrediction', without(/predictions/), [], ['cls/predictions']],
    ['a half of one', without(/predictions\.bias/), [], ['cls/predictions/output_bias']],
    [
      'own heads',
      tensors().set('encoder.layer.0.weight', head).set('cls.weight', head).set('crf.0', head).set('crf.1', head),
      ['encoder.layer.0.weight', 'cls.weight', 'crf.0, crf.1'],
      [],
    ],
    ['a BertModel', without(/^cls/, (name) => name).set('head.weight', head), ['head.weight'], ['cls']],
    [
      'a wrapper',
      new Map([...tensors().set('classifier.bias', head)].map(([name, tensor]) => [`module.${name}`, tensor])),
      ['module.classifier.bias'],
      [],
    ],
    [
      'another number of sentence orders',
      tensors().set('cls.seq_relationship.weight', float32Tensor(new Float32Array(12), [3, 4])),
      ['cls.seq_relationship.weight'],
      ['cls/seq_relationship/output_weights'],
    ],
    [
      'old counters',
      tensors()
        .set('bert.embeddings.position_ids', { type: 'I64', shape: [1, 9], bytes: new Uint8Array(72) })
        .set('bert.embeddings.token_type_ids', { type: 'I64', shape: [1, 9], bytes: new Uint8Array(72) }),
      [],
      [],
    ],
  ])('is read without it, and reports it: %s', async (_, all, left, missing) => {
    await write(all);
    const bert = await loadBertFolder(folder);
    expect(bert.left.map(({ name }) => name)).toEqual(left);
    expect([...bert.weights.keys(), ...bert.missing].sort()).toEqual(
      [...places.values()].map(({ name }) => name).sort(),
    );
    for (const name of bert.missing) expect(missing.some((prefix) => name.startsWith(prefix))).toBe(true);
    for (const prefix of missing) expect(bert.missing.some((name) => name.startsWith(prefix))).toBe(true);
  });

  it('takes the decoder as word embeddings if they are stored only under its name', async () => {
    const all = tensors();
    const words = all.get('bert.embeddings.word_embeddings.weight')!;
    const other = float32Tensor(new Float32Array(48).fill(1), [12, 4]);
    await write(all.set('cls.predictions.decoder.weight', words));
    expect((await loadBertFolder(folder)).left).toEqual([]);
    await write(all.set('cls.predictions.decoder.weight', other));
    expect((await loadBertFolder(folder)).left).toEqual([
      { name: 'cls.predictions.decoder.weight', why: expect.stringContaining('not the word embeddings') },
    ]);
    all.delete('bert.embeddings.word_embeddings.weight');
    all.set('cls.predictions.decoder.bias', all.get('cls.predictions.bias')!);
    all.delete('cls.predictions.bias');
    await write(all);
    const { weights, left, missing } = await loadBertFolder(folder);
    expect([...weights.get('bert/embeddings/word_embeddings')!]).toEqual(new Array(48).fill(1));
    expect([left, missing]).toEqual([[], []]);
  });

  it.each<[string, object, RegExp]>([
    ['model_type', { model_type: 'distilbert' }, /another type than BERT.*found "distilbert"/],
    ['architectures', { model_type: undefined, architectures: ['RobertaForMaskedLM'] }, /found "RobertaForMaskedLM"/],
    ['position_embedding_type', { position_embedding_type: 'relative_key' }, /other than absolute.*"relative_key"/],
    ['hidden_act', { hidden_act: 'relu' }, /hidden_act that the model lacks, found "relu"/],
    ['num_hidden_layers', { num_hidden_layers: 1e9 }, /no configuration of a BERT at "num_hidden_layers"/],
  ])('is refused by its configuration if it is another model: %s', async (_, values, message) => {
    await write(tensors(), { ...bertJson, ...values });
    expect(await refusal()).toMatch(message);
  });

  it('may lack model_type, like old ones, but not be another model', async () => {
    const old = { ...bertJson, model_type: undefined, architectures: undefined };
    await write(tensors(), old);
    expect((await loadBertFolder(folder)).weights.size).toBe(places.size);
    await write(
      tensors((name) => `roberta.${name}`),
      old,
    );
    expect(await refusal()).toMatch(/another kind: its tensors do not begin with "bert\."/);
    await write(new Map([['vit.weight', head]]), old);
    expect(await refusal()).toMatch(/lacks embeddings\.position_embeddings\.weight.*found \["vit\.weight"\]/);
  });

  it.each([
    ['pytorch_model.bin', /is a pickle.*transformers 4\.35 or later: from transformers import BertForPreTraining;/],
    ['pytorch_model.bin.index.json', /is a pickle/],
    ['tf_model.h5', /a format that is not read here, found "tf_model\.h5".*from_tf=True/],
    ['flax_model.msgpack', /from_flax=True/],
    ['bert_model.ckpt.index', /a format that is not read here.*; use a copy of the BERT with model\.safetensors$/],
  ])('says what to do with %s', async (name, message) => {
    await writeFile(join(folder, 'config.json'), JSON.stringify(bertJson));
    await writeFile(join(folder, name), '');
    expect(await refusal()).toMatch(message);
  });
});

describe('a BERT in several files', () => {
  it('is read by its index', async () => {
    const all = [...tensors()];
    await write(new Map(all));
    const whole = await loadBertFolder(folder);
    await rm(join(folder, 'model.safetensors'));
    const files = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'] as const;
    const [first, second] = [all.slice(0, 7), all.slice(7)];
    await writeFile(join(folder, files[0]), encodeSafetensors(first));
    await writeFile(join(folder, files[1]), encodeSafetensors(second));
    const index = (change: object = {}): Promise<void> =>
      writeFile(
        join(folder, 'model.safetensors.index.json'),
        JSON.stringify({
          metadata: {},
          weight_map: {
            ...Object.fromEntries(all.map(([name], n) => [name, n < 7 ? files[0] : files[1]])),
            ...change,
          },
        }),
      );
    await index();
    expect(await loadBertFolder(folder)).toEqual(whole);
    for (const file of [
      '../model.safetensors',
      '/etc/model.safetensors',
      '..\\model.safetensors',
      'pytorch_model.bin',
    ]) {
      await index({ [all[0]![0]]: file });
      expect(await refusal()).toMatch(/index\.json may only name \.safetensors files of its own folder/);
    }
    await index({ 'bert.more': files[1] });
    expect(await refusal()).toMatch(/lists a tensor that model-00002-of-00002\.safetensors lacks, found "bert\.more"/);
    await index();
    await rm(join(folder, files[1]));
    expect(await refusal()).toMatch(/names a file that is missing, found "model-00002-of-00002\.safetensors"/);
    await writeFile(join(folder, 'model.safetensors.index.json'), '{');
    expect(await refusal()).toMatch(/index\.json is not JSON/);
  });
});

const golden = fileURLToPath(new URL('../../../../shared/golden/cases/bert/', import.meta.url));
(existsSync(golden) ? describe : describe.skip)(
  `made-up BERTs${existsSync(golden) ? '' : ' (skipped: ../shared/golden is absent)'}`,
  () => {
    it.each([
      ['cased', [], 0],
      ['sharded', [], 0],
      ['sequence-classification', ['classifier.bias, classifier.weight'], 7],
    ])('are read: %s', async (name, left, missing) => {
      const bert = await loadBertFolder(join(golden, name));
      expect(bert.left.map((one) => one.name)).toEqual(left);
      expect(bert.missing).toHaveLength(missing);
      expect(bert.weights.size + missing).toBe(bertPlaces(bert.config).size);
    });
  },
);

describe('initialiseFromBert', () => {
  it('lists what the BERT lacks, and passes on what was left', async () => {
    const all = new Map([...tensors()].filter(([name]) => !/pooler|seq_relationship/.test(name)));
    await write(all.set('crf.weight', float32Tensor(Float32Array.of(1), [1])));
    const config = kaleidoBertConfig({ ...sizes, text_seq_len: 5, patch_feature_size: 3, hidden_act: 'gelu_erf' });
    const model = KaleidoBert.create(config, 1);
    const drawn = await readWeights(model);
    model.dispose();
    const { missing, left } = initialiseFromBert(config, drawn, await loadBertFolder(folder));
    expect(missing).toEqual(['bert/pooler/dense/kernel', 'bert/pooler/dense/bias']);
    expect(left).toEqual([{ name: 'crf.weight', why: 'a head of a task, not of the BERT' }]);
  });

  it('takes the text side and the transformer, and lists what it left', async () => {
    await write(tensors());
    const bert = await loadBertFolder(folder);
    const config = kaleidoBertConfig({ ...sizes, max_position_embeddings: 7, text_seq_len: 5, patch_feature_size: 3 });
    const model = KaleidoBert.create(config, 1);
    const drawn = await readWeights(model);
    model.dispose();
    const { weights, taken, left, drawn: kept } = initialiseFromBert(config, drawn, bert);
    expect(weights.get('bert/pooler/dense/kernel')).toEqual(bert.weights.get('bert/pooler/dense/kernel'));
    expect(weights.get('bert/embeddings/position_embeddings')).toEqual(
      bert.weights.get('bert/embeddings/position_embeddings')!.subarray(0, 28),
    );
    expect(weights.get('cls/seq_relationship/output_weights')).toEqual(
      drawn.get('cls/seq_relationship/output_weights'),
    );
    expect(weights.get('bert/position_dense')).toEqual(drawn.get('bert/position_dense'));
    expect(taken).toHaveLength(places.size - 2);
    expect(left.map(({ name }) => name)).toEqual([
      'bert/embeddings/position_embeddings',
      'cls/seq_relationship/output_weights',
      'cls/seq_relationship/output_bias',
      'hidden_act gelu_erf',
    ]);
    expect([...taken, ...kept].sort()).toEqual([...drawn.keys()].sort());
    expect(() => initialiseFromBert({ ...config, vocab_size: 13 }, drawn, bert)).toThrow(
      /another vocab_size than the model, which has 13, found 12/,
    );
  });
});
