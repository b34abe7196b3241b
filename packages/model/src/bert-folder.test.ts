import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { selectBackend } from '@kaleido/backend';
import { encodeSafetensors, float32Tensor, KaleidoError } from '@kaleido/foundation';
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

/** Every tensor of the BERT under its stored name, its numbers counted from its own number. */
function tensors(
  rename: (name: string) => string = (name) => `bert.${name}`,
): Map<string, ReturnType<typeof float32Tensor>> {
  return new Map(
    [...places].map(([name, { shape }], n) => {
      const size = shape.reduce((product, length) => product * length, 1);
      const values = Float32Array.from({ length: size }, (_, i) => 100 * n + i);
      return [name.startsWith('cls') ? name : rename(name), float32Tensor(values, shape)];
    }),
  );
}

async function write(all: ReturnType<typeof tensors>, config: object = bertJson): Promise<void> {
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
      'by the names of old',
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

  it('does without the heads, which BertModel has not', async () => {
    const all = tensors((name) => name);
    for (const name of [...all.keys()]) if (name.startsWith('cls')) all.delete(name);
    await write(all);
    expect((await loadBertFolder(folder)).weights.has('cls/predictions/output_bias')).toBe(false);
  });

  it('says what is wrong', async () => {
    expect(await refusal()).toMatch(/config\.json cannot be read, found "ENOENT"/);
    await writeFile(join(folder, 'config.json'), '{');
    expect(await refusal()).toMatch(/config\.json is not JSON/);
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...bertJson, model_type: 'roberta' }));
    expect(await refusal()).toMatch(/no configuration of a BERT at "model_type"/);
    await writeFile(join(folder, 'config.json'), JSON.stringify(bertJson));
    expect(await refusal()).toMatch(/cannot read .*model\.safetensors/);
    await writeFile(join(folder, 'pytorch_model.bin'), 'pickle');
    expect(await refusal()).toMatch(/is a pickle, which may run code.*safe_serialization=True/);
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
    await write(new Map([...tensors(), ...tensors((name) => name)]));
    expect(await refusal()).toMatch(/has a tensor under two names/);
  });
});

describe('initialiseFromBert', () => {
  it('takes the text side and the transformer, and says what it left', async () => {
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
