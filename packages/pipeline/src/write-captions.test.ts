import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createVariable, memory, ops, selectBackend, tf, valueAndGradients } from '@kaleido/backend';
import { captionBatch } from '@kaleido/fine-tuning';
import { encoderOf } from '@kaleido/model';
import { captioning } from '@kaleido/pretrain-tasks';
import { createTokenizer, specialTokens } from '@kaleido/tokenizer';
import { type Garment, garments } from '../test/garments.ts';
import { smallOptions } from '../test/small-kaleido.ts';
import { createKaleido, type Kaleido, type WriteOptions, type WrittenCaption } from './node.ts';

let pictures: Garment[] = [];
let trained: Kaleido;

beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
  pictures = await garments(12);
  trained = await createKaleido({ ...smallOptions, photographs: pictures });
  await trainToWrite(trained, pictures, 25);
});
afterAll(() => trained.dispose());

/** Some steps of the objective `captioning` on all of the pictures. */
async function trainToWrite(kaleido: Kaleido, of: readonly Garment[], steps: number) {
  const { model, tokenizer } = kaleido;
  const image = await kaleido.encodeImages(of);
  const text = captionBatch(
    of.map(({ caption }) => caption),
    tokenizer,
    model.config.text_seq_len,
  );
  const batch = { rows: of.map((_, row) => row), text, image };
  const options = captioning.schema.parse({ batchSize: of.length });
  const states = [...model.trainable().values()].map((parameter) => {
    const moment = () => createVariable(undefined, new Float32Array(parameter.size), parameter.shape);
    return { parameter, firstMoment: moment(), secondMoment: moment(), decay: 0 };
  });
  for (let step = 1; step <= steps; step++)
    tf.tidy(() => {
      const { gradients } = valueAndGradients(
        () => captioning.losses(options, encoderOf(model), batch, { next: () => step }, {})[0]!.value,
        states.map(({ parameter }) => parameter),
      );
      const moved = states.flatMap((state) => {
        const gradient = gradients.get(state.parameter.name);
        return gradient == null ? [] : [{ ...state, gradient }];
      });
      ops.adamW(moved, { rate: 0.01, beta1: 0.9, beta2: 0.98, epsilon: 1e-6, step, gradientScale: 1 });
    });
  for (const { firstMoment, secondMoment } of states) tf.dispose([firstMoment, secondMoment]);
}

async function written(
  photographs: Parameters<Kaleido['caption']>[0],
  options: Parameters<Kaleido['caption']>[1] = {},
): Promise<WrittenCaption[]> {
  const all: WrittenCaption[] = [];
  for await (const one of trained.caption(photographs, options)) all.push(one);
  return all;
}

describe('captions of photographs', () => {
  it('are what a model was trained to write', async () => {
    const before = memory().numTensors;
    for (const options of [{}, { choice: { kind: 'beam' } }] as WriteOptions[]) {
      const captions = await written(pictures, options);
      expect(captions.map(({ id, caption }) => [id, caption])).toEqual(
        pictures.map(({ id, caption }) => [id, caption]),
      );
      for (const { logProbability, cut, ...rest } of captions) {
        expect(logProbability).toBeGreaterThan(-1);
        expect(cut).toBe(false);
        expect(Object.keys(rest)).toEqual(['id', 'caption']);
      }
    }
    expect(memory().numTensors).toBe(before);
  });

  it('come with their pieces and what each looked at', async () => {
    const [one] = await written([pictures[0]!], { attentionLayer: 0 });
    expect(
      one!
        .pieces!.map(({ piece }) => piece)
        .join('')
        .replaceAll('##', ''),
    ).toBe(pictures[0]!.caption.replaceAll(' ', ''));
    for (const { attention } of one!.pieces!) expect(attention.length).toBe(55);
  });

  it('are written by models that were not trained for it, too, and hold no special pieces', async () => {
    for (const method of ['mask-predict', 'one-pass'] as const) {
      const captions = await written(pictures.slice(0, 3), { method, length: 3, attentionLayer: 0 });
      for (const { caption, pieces, cut } of captions) {
        expect(caption).not.toMatch(/[[\]]/);
        expect(pieces!.length).toBe(3);
        expect(cut).toBe(false);
      }
    }
  });

  it('are drawn by the seed and the id, the same in any list', async () => {
    const draw = (of: Garment[], seed = 1) =>
      written(of, { choice: { kind: 'nucleus', seed, topP: 1, temperature: 3 }, longest: 8 });
    const all = await draw(pictures);
    expect(await draw(pictures)).toEqual(all);
    const [third] = await draw([pictures[2]!]);
    expect(third!.caption).toBe(all[2]!.caption);
    expect((await draw(pictures, 2)).map(({ caption }) => caption)).not.toEqual(all.map(({ caption }) => caption));
  });

  it('never hold the unused pieces of a vocabulary', async () => {
    const vocabulary = [...specialTokens, ...Array.from({ length: 40 }, (_, i) => `[unused${i}]`), 'red', 'shirt'];
    const { captions: _, ...options } = smallOptions;
    const kaleido = await createKaleido({ ...options, tokenizer: createTokenizer(vocabulary) });
    for (const method of ['left-to-right', 'mask-predict'] as const)
      for await (const { caption } of kaleido.caption(pictures.slice(0, 2), { method, longest: 6 }))
        expect(caption).toMatch(/^(red|shirt)( (red|shirt))*$/);
    kaleido.dispose();
  });

  it('are left out for photographs that cannot be read, if asked', async () => {
    const broken = { id: 'broken', image: new Uint8Array(9) };
    const skipped: string[] = [];
    const captions = await written([pictures[0]!, broken, pictures[1]!], { onSkipped: ({ id }) => skipped.push(id) });
    expect(captions.map(({ id }) => id)).toEqual([pictures[0]!.id, pictures[1]!.id]);
    expect(skipped).toEqual(['broken']);
    await expect(written([broken])).rejects.toThrow('@kaleido/pipeline: broken cannot be used');
    expect(await written([broken], { onSkipped: () => undefined })).toEqual([]);
    expect(await written([])).toEqual([]);
  });

  it('are refused for wrong options', async () => {
    await expect(written(pictures, { method: 'beam' } as never)).rejects.toThrow(
      '@kaleido/model: the options of a caption are wrong at "method"',
    );
    await expect(written(pictures, { longest: 513 })).rejects.toThrow('the model has only 512 positions');
    await expect(written(pictures[0]!.image as never)).rejects.toThrow('photographs must come as a list or a stream');
  });
});
