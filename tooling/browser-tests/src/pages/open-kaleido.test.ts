import { memory, selectBackend } from '@kaleido/backend';
import { classification, createKaleido, fineTune, openKaleido } from '@kaleido/pipeline';
import { beforeAll, expect, it } from 'vitest';

beforeAll(async () => {
  await selectBackend({ prefer: 'wasm', wasmFolder: '/' });
});

/** A plain garment on white, drawn on a canvas. */
async function picture(colour: string, width: number, height: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(48, 48);
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, 48, 48);
  context.fillStyle = colour;
  context.fillRect(6, 6, width, height);
  return canvas.convertToBlob({ type: 'image/png' });
}

it('a model is fine-tuned in a page, saved as files, and opened from them and from a URL', async () => {
  const before = memory().numTensors;
  const train = await Promise.all(
    Array.from({ length: 8 }, async (_, index) => ({
      image: await (index % 2 === 0 ? picture('#c22', 12, 36) : picture('#22c', 36, 14)),
      category: index % 2 === 0 ? 'dress' : 'shirt',
    })),
  );
  const kaleido = await createKaleido({
    captions: ['a red dress', 'a blue shirt'],
    preset: 'tiny',
    extractor: { kind: 'pixels', size: 4 },
    settings: { joint_size: 16, text_seq_len: 16 },
  });
  const tagger = await fineTune(kaleido, classification({ label: 'category' }), {
    train,
    batchSize: 8,
    epochs: 20,
    learningRate: 0.003,
  });
  const files = await tagger.toFiles();
  const [vector] = await tagger.embedImages([train[0]!.image]);
  tagger.dispose();
  kaleido.dispose();
  expect(memory().numTensors).toBe(before);

  const picked = await openKaleido(files);
  expect((await picked.embedImages([train[0]!.image]))[0]).toEqual(vector);
  const answers: string[] = [];
  for await (const { category } of picked.predict(train)) answers.push(category!);
  expect(answers).toEqual(train.map(({ category }) => category));
  picked.dispose();

  // Every file of the folder is fetched under one URL.
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const file = files.find(({ name }) => String(input) === `https://shop.example/model/${name}`);
    if (String(input).startsWith('https://shop.example/'))
      return file === undefined ? new Response('', { status: 404 }) : new Response(file);
    return original(input, init);
  };
  try {
    const fetched = await openKaleido('https://shop.example/model');
    expect((await fetched.embedImages([train[0]!.image]))[0]).toEqual(vector);
    fetched.dispose();
  } finally {
    globalThis.fetch = original;
  }
  expect(memory().numTensors).toBe(before);
});

it('a page reports that it cannot write a folder', async () => {
  const kaleido = await createKaleido({ captions: ['red'], preset: 'tiny' });
  await expect(kaleido.save('model')).rejects.toThrow('a page cannot write a folder, found "model"');
  kaleido.dispose();
});
