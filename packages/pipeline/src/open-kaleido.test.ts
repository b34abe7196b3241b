import { cp, mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { memory, selectBackend } from '@kaleido/backend';
import { createTokenizer, specialTokens } from '@kaleido/tokenizer';
import { type Garment, garments } from '../test/garments.ts';
import { smallOptions } from '../test/small-kaleido.ts';
import { classification, createKaleido, fineTune, type Kaleido, openKaleido } from './node.ts';

let root = '';
let folder = '';
let pictures: Garment[] = [];
const captions = ['a red dress', 'a blue shirt'];

beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
  pictures = await garments(6);
  root = await mkdtemp(join(tmpdir(), 'open-kaleido-'));
  original = await createKaleido({ ...smallOptions, photographs: pictures });
  await original.save(join(root, 'saved'));
});
afterAll(async () => {
  original.dispose();
  await rm(root, { recursive: true });
});

let original: Kaleido;
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'model-'));
  await cp(join(root, 'saved'), folder, { recursive: true });
});

async function allOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The message of a failed attempt, which must leak no tensors. */
async function refusal(attempt: () => Promise<unknown>): Promise<string> {
  const before = memory().numTensors;
  const error = await attempt().then(
    () => undefined,
    (found: Error) => found,
  );
  expect(memory().numTensors).toBe(before);
  return error?.message ?? 'no error';
}

const change = async (file: string, edit: (values: Record<string, unknown>) => void): Promise<void> => {
  const values = JSON.parse(await readFile(join(folder, file), 'utf8'));
  edit(values);
  await writeFile(join(folder, file), JSON.stringify(values));
};

describe('openKaleido', () => {
  it('opens a saved model with its tokenizer and preprocessing', async () => {
    const opened = await openKaleido(folder);
    const images = pictures.map(({ image }) => image);
    expect(await opened.embedImages(images)).toEqual(await original.embedImages(images));
    expect(await opened.embedCaptions(captions)).toEqual(await original.embedCaptions(captions));
    expect(await opened.match(images[0]!, captions)).toEqual(await original.match(images[0]!, captions));
    expect(opened.preprocessor).toEqual(original.preprocessor);
    opened.dispose();
  });

  it('frees everything it has made', async () => {
    const before = memory().numTensors;
    const opened = await openKaleido(folder);
    await opened.embedImages(pictures);
    await opened.embedCaptions(captions);
    await opened.match(pictures[0]!, captions);
    await opened.encodeImages(pictures);
    opened.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('opens picked files, with or without a folder', async () => {
    const files = await original.toFiles();
    const inFolder = files.map((file) => {
      const other = new File([file], file.name);
      return Object.defineProperty(other, 'webkitRelativePath', { value: `my model/${file.name}` });
    });
    for (const picked of [files, inFolder]) {
      const opened = await openKaleido(picked);
      expect(await opened.embedCaptions(captions)).toEqual(await original.embedCaptions(captions));
      opened.dispose();
    }
  });

  it('reads weights from several files', async () => {
    const { saveModel } = await import('@kaleido/model/node');
    await saveModel(folder, original.model, { largestFile: 20_000 });
    const opened = await openKaleido(folder);
    expect(await opened.embedCaptions(captions)).toEqual(await original.embedCaptions(captions));
    opened.dispose();
  });

  it('opens an older run, whose recipe says how features are made', async () => {
    await rm(join(folder, 'preprocessor.json'));
    const extractor = {
      kind: 'joined',
      parts: [
        { kind: 'pixels', size: 4 },
        { kind: 'colours', bins: 2, cells: 0 },
      ],
    };
    await writeFile(
      join(folder, 'recipe.json'),
      JSON.stringify({ stages: 'of old', features: { extractor, cutOut: true } }),
    );
    const opened = await openKaleido(folder);
    expect(opened.preprocessor).toEqual(original.preprocessor);
    expect(await opened.embedImages(pictures)).toEqual(await original.embedImages(pictures));
    opened.dispose();
  });

  it('opens the finetuned/* of an older run, whose recipe and vocabulary are in the run folder', async () => {
    const tagger = await fineTune(original, classification({ label: 'category' }), { train: pictures, epochs: 1 });
    const inner = join(folder, 'finetuned', 'image');
    await tagger.save(inner);
    for (const name of ['vocab.txt', 'tokenizer_config.json', 'preprocessor.json']) await rm(join(inner, name));
    const extractor = {
      kind: 'joined',
      parts: [
        { kind: 'pixels', size: 4 },
        { kind: 'colours', bins: 2, cells: 0 },
      ],
    };
    await writeFile(join(folder, 'recipe.json'), JSON.stringify({ features: { extractor, cutOut: true } }));
    const opened = await openKaleido(inner);
    expect(await allOf(opened.predict(pictures))).toEqual(await allOf(tagger.predict(pictures)));
    opened.dispose();
    tagger.dispose();
  });

  it('opens a folder that does not say how features are made, if the options do', async () => {
    await rm(join(folder, 'preprocessor.json'));
    const { extractor, foreground } = smallOptions as Required<typeof smallOptions>;
    const opened = await openKaleido(folder, { preprocessor: { extractor, foreground } });
    expect(opened.preprocessor).toEqual(original.preprocessor);
    opened.dispose();
  });
});

describe('openKaleido refuses', () => {
  it('a folder without a model', async () => {
    expect(await refusal(() => openKaleido(join(folder, 'nothing')))).toMatch(
      /nothing is not a model folder: cannot read config.json, found "ENOENT"/,
    );
    expect(await refusal(() => openKaleido([new File(['?'], 'notes.txt')]))).toMatch(
      /the picked files is not a model folder: cannot read config.json, found "only notes.txt"/,
    );
  });

  it('a folder without preprocessor.json, and one of another width or scale', async () => {
    await rename(join(folder, 'preprocessor.json'), join(folder, 'kept'));
    expect(await refusal(() => openKaleido(folder))).toMatch(/does not say how photographs become features/);
    await rename(join(folder, 'kept'), join(folder, 'preprocessor.json'));
    await change('preprocessor.json', (values) => {
      values.positionScale = 'raw';
    });
    expect(await refusal(() => openKaleido(folder))).toMatch(/positions must be on the scale "unit", found "raw"/);
    await change('preprocessor.json', (values) => {
      Object.assign(values, { positionScale: 'unit', extractor: { kind: 'pixels', size: 4 }, featureWidth: 48 });
      (values.settings as { extractor: object }).extractor = {
        size: 4,
        resize: original.preprocessor.settings.extractor['pixels.resize'],
      };
    });
    expect(await refusal(() => openKaleido(folder))).toMatch(/a patch must have 56 features, found 48/);
  });

  it('settings under which this version makes other features', async () => {
    await change('preprocessor.json', (values) => {
      (values.settings as { extractor: Record<string, unknown> }).extractor['pixels.resize'] = 'another way';
    });
    expect(await refusal(() => openKaleido(folder))).toMatch(
      /makes other features than the model knows: "pixels.resize" must be "another way"/,
    );
  });

  it('a preprocessor.json that is damaged or of a later version', async () => {
    await writeFile(join(folder, 'preprocessor.json'), '{');
    expect(await refusal(() => openKaleido(folder))).toMatch(/preprocessor.json is not JSON/);
    await writeFile(join(folder, 'preprocessor.json'), '{ "version": 2 }');
    expect(await refusal(() => openKaleido(folder))).toMatch(/of a later version than this one reads, 1, found 2/);
    await writeFile(join(folder, 'preprocessor.json'), '{ "version": 1, "extractor": { "kind": "eyes" } }');
    expect(await refusal(() => openKaleido(folder))).toMatch(/preprocessor.json is wrong at "extractor/);
  });

  it('other weights of a network', async () => {
    const network = await createKaleido({
      ...smallOptions,
      extractor: { kind: 'mobilenet-v2', scheme: 'pooled-map' },
    });
    await network.save(folder);
    network.dispose();
    const other = { 'mobilenet-v2': new Uint8Array(8) };
    expect(await refusal(() => openKaleido(folder, { weights: other }))).toMatch(
      /the weights of mobilenet-v2 are not those that the model's features were made with/,
    );
    await writeFile(join(folder, 'mobilenet-v2.safetensors'), 'others');
    expect(await refusal(() => openKaleido(folder))).toMatch(/the weights of mobilenet-v2 are not those/);
    await rm(join(folder, 'mobilenet-v2.safetensors'));
    (await openKaleido(folder)).dispose();
  });

  it('a missing or different vocabulary', async () => {
    await rename(join(folder, 'vocab.txt'), join(folder, 'kept'));
    expect(await refusal(() => openKaleido(folder))).toMatch(/has no vocabulary: cannot read vocab.txt/);
    await writeFile(join(folder, 'vocab.txt'), createTokenizer([...specialTokens, 'red']).toVocabularyText());
    expect(await refusal(() => openKaleido(folder))).toMatch(/must have \d+ pieces, as many as the model, found 6/);
  });

  it('options that have no effect', async () => {
    const preprocessor = { extractor: { kind: 'pixels' } } as const;
    expect(await refusal(() => openKaleido(folder, { preprocessor }))).toMatch(/preprocessor would have no effect/);
    const { tokenizer } = original;
    expect(await refusal(() => openKaleido(folder, { tokenizer }))).toMatch(/tokenizer would have no effect/);
  });

  it('truncated weights', async () => {
    await truncate(join(folder, 'model.safetensors'), 50_000);
    expect(await refusal(() => openKaleido(folder))).toMatch(/is not a sound safetensors file/);
  });

  it('classes that do not match the head, and a missing head', async () => {
    const tagger = await fineTune(original, classification({ label: 'category' }), { train: pictures, epochs: 1 });
    await tagger.save(folder);
    tagger.dispose();
    await change('classifier.json', (values) => {
      (values.fields as { classes: string[] }[])[0]!.classes = ['dress', 'hat', 'shirt'];
    });
    expect(await refusal(() => openKaleido(folder))).toMatch(/"category\/kernel" must have the shape \[\d+, 3\]/);
    await rm(join(folder, 'classifier.safetensors'));
    expect(await refusal(() => openKaleido(folder))).toMatch(/describes a head, and its weights are missing/);
  });
});

describe('photographs and captions', () => {
  it('are bytes, buffers, blobs, paths or records', async () => {
    const [{ image }] = pictures as [Garment];
    const path = join(folder, 'a.png');
    await writeFile(path, image);
    const forms = [
      image,
      new Uint8Array(image).buffer,
      new Blob([image as BlobPart]),
      path,
      { image },
      { image: { bytes: image } },
    ];
    const vectors = await original.embedImages(forms);
    for (const vector of vectors) expect(vector).toEqual(vectors[0]);
    expect(vectors[0]).toHaveLength(16);
    expect(vectors[0]!.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 4);
  });

  it('come as a stream of any length', async () => {
    const many = Array.from({ length: 40 }, (_, index) => pictures[index % pictures.length]!);
    async function* stream(): AsyncGenerator<Garment> {
      yield* many;
    }
    const vectors = await original.embedImages(stream());
    expect(vectors).toHaveLength(40);
    expect(vectors.slice(0, 6)).toEqual(await original.embedImages(pictures));
    expect(await original.embedImages([])).toEqual([]);
    expect(await original.embedCaptions([])).toEqual([]);
  });

  it('give the mean of their embeddings where the model has no joint space', async () => {
    const plain = await createKaleido({ ...smallOptions, settings: { joint_size: 0 } });
    const [vector] = await plain.embedImages([pictures[0]!]);
    expect(vector).toHaveLength(64);
    expect((await plain.embedCaptions(['red']))[0]).toHaveLength(64);
    plain.dispose();
  });

  it('match with one probability per caption', async () => {
    const found = await original.match(pictures[0]!, captions);
    expect(found).toHaveLength(2);
    for (const probability of found) expect(probability > 0 && probability < 1).toBe(true);
  });

  it.each<[string, unknown, RegExp]>([
    ['text', [new TextEncoder().encode('hello')], /photograph 1 cannot be used: cannot decode the image photograph 1/],
    ['a number', [3], /photograph 1 must be bytes/],
    [
      'one that is missing',
      ['no-such-file.png'],
      /no-such-file.png cannot be used: cannot read no-such-file.png, found "ENOENT"/,
    ],
    ['a single one', new Uint8Array(3), /photographs must come as a list or a stream, found "one photograph"/],
    [
      'a record without a picture',
      [{ id: 'x', image: { url: 'y' } }],
      /x cannot be used: the image of x must be bytes/,
    ],
  ])('are refused: %s', async (_, given, message) => {
    expect(await refusal(() => original.embedImages(given as Garment[]))).toMatch(message);
  });

  it('are refused if captions are not a list', async () => {
    expect(await refusal(() => original.embedCaptions('red' as unknown as string[]))).toMatch(
      /captions must come as a list/,
    );
    expect(await refusal(() => original.embedCaptions([1] as unknown as string[]))).toMatch(/list of strings, found 1/);
  });

  it('are not predicted by a model that is not fine-tuned', async () => {
    expect(await refusal(() => original.predict(pictures).next())).toMatch(/has no classifier to predict with/);
  });
});
