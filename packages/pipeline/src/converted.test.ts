import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { memory, selectBackend } from '@kaleido/backend';
import { encodeSafetensors, float32Tensor } from '@kaleido/foundation';
import { presetSize, readWeights } from '@kaleido/model';
import { bertPlaces, saveModel, saveReleasedCheckpoint } from '@kaleido/model/node';
import { createTokenizer, specialTokens } from '@kaleido/tokenizer';
import { saveTokenizer } from '@kaleido/tokenizer/node';
import { smallOptions } from '../test/small-kaleido.ts';
import { createKaleido, describePreprocessor, openKaleido, savePreprocessor } from './node.ts';

const captions = ['a red dress', 'a blue shirt'];
const { extractor, foreground } = smallOptions as Required<typeof smallOptions>;
let root = '';
beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
  root = await mkdtemp(join(tmpdir(), 'converted-'));
});
afterAll(() => rm(root, { recursive: true }));

it('a released checkpoint opens if options add what it lacks, and is a model folder once saved', async () => {
  const before = memory().numTensors;
  const original = await createKaleido({ ...smallOptions, positionScale: 'raw' });
  const { model, tokenizer } = original;
  const prefix = join(root, 'model.ckpt');
  await saveReleasedCheckpoint(prefix, { config: model.config, weights: await readWeights(model) });
  const vectors = await original.embedCaptions(captions);
  await expect(openKaleido(prefix)).rejects.toThrow(/has no vocabulary/);
  await expect(openKaleido(prefix, { tokenizer })).rejects.toThrow(/does not say how photographs become features/);
  const opened = await openKaleido(prefix, { tokenizer, preprocessor: { extractor, foreground } });
  expect(opened.preprocessor).toEqual(original.preprocessor);
  expect(await opened.embedCaptions(captions)).toEqual(vectors);
  await opened.save(join(root, 'converted'));
  const again = await openKaleido(join(root, 'converted'));
  expect(await again.embedCaptions(captions)).toEqual(vectors);
  for (const one of [original, opened, again]) one.dispose();
  expect(memory().numTensors).toBe(before);
});

it('a model saved without its preprocessing gets it from a description', async () => {
  const original = await createKaleido(smallOptions);
  const folder = join(root, 'model-alone');
  await saveModel(folder, original.model);
  await saveTokenizer(folder, original.tokenizer);
  await savePreprocessor(folder, await describePreprocessor({ extractor, foreground }));
  const opened = await openKaleido(folder);
  expect(opened.preprocessor).toEqual(original.preprocessor);
  opened.dispose();
  original.dispose();
});

it('a model starts from the word embeddings, layers and tokenizer of a BERT', async () => {
  const before = memory().numTensors;
  const folder = join(root, 'bert');
  const tokenizer = createTokenizer([...specialTokens, 'Red', 'shirt'], { lowercase: false });
  await saveTokenizer(folder, tokenizer);
  const sizes = {
    ...presetSize('tiny'),
    ...{ vocab_size: tokenizer.vocabularySize, max_position_embeddings: 64, type_vocab_size: 2 },
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...sizes, model_type: 'bert', hidden_act: 'gelu' }));
  const tensors = [...bertPlaces({ ...sizes, hidden_act: 'gelu_erf' })].map(([name, { shape }]) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return [name, float32Tensor(new Float32Array(size).fill(0.25), shape)] as const;
  });
  await writeFile(join(folder, 'model.safetensors'), encodeSafetensors(tensors));

  const kaleido = await createKaleido({ bert: folder, extractor, foreground });
  expect(kaleido.model.config).toMatchObject({ hidden_act: 'gelu_erf', vocab_size: 7, hidden_size: 64 });
  expect(kaleido.tokenizer.normalization.lowercase).toBe(false);
  const weights = await readWeights(kaleido.model);
  expect(weights.get('bert/embeddings/word_embeddings')?.[3]).toBe(0.25);
  await kaleido.save(join(root, 'from-bert'));
  const opened = await openKaleido(join(root, 'from-bert'));
  expect(await opened.embedCaptions(['Red shirt'])).toEqual(await kaleido.embedCaptions(['Red shirt']));
  opened.dispose();
  kaleido.dispose();
  await expect(createKaleido({ bert: folder, preset: 'small' })).rejects.toThrow(/no effect beside bert.*\["preset"\]/);
  expect(memory().numTensors).toBe(before);
});

it.each([
  [{}, /either captions to train a vocabulary on, or a tokenizer/],
  [{ captions: ['red'], settings: { hidden_size: 7 } }, /7 is not divisible by num_attention_heads/],
  [{ captions: ['red'], photographs: [] }, /there are no photographs to compute the mean/],
  [{ captions: 'a red shirt' }, /captions must come as a list or stream of strings, .*, found "a red shirt"/],
  [{ captions: [{ caption: 7 }] as unknown as string[] }, /captions must come as a list or stream of .*, found 7/],
] as const)('a new model is refused: %j', async (options, message) => {
  const before = memory().numTensors;
  await expect(createKaleido({ preset: 'tiny', ...options })).rejects.toThrow(message);
  expect(memory().numTensors).toBe(before);
});

it('takes captions from a stream of records, and passes over those without one', async () => {
  async function* products() {
    yield { id: 'a', caption: 'a red dress' };
    yield { id: 'b' };
    yield { id: 'c', caption: 'a blue shirt' };
  }
  const listed = await createKaleido({ preset: 'tiny', captions: ['a red dress', 'a blue shirt'] });
  const streamed = await createKaleido({ preset: 'tiny', captions: products() });
  expect(streamed.tokenizer.vocabulary).toEqual(listed.tokenizer.vocabulary);
  listed.dispose();
  streamed.dispose();
});
