import { beforeAll, describe, expect, it } from '@jest/globals';
import { memory, selectBackend, type Tensor, tf } from '@kaleido/backend';
import type { ImageBatch } from '@kaleido/layout';
import { largestDifference, photographs, smallConfig } from '../../test/small-model.ts';
import {
  type CaptionMethod,
  type CaptionOptions,
  encoderOf,
  type GeneratedCaption,
  generateCaptions,
  KaleidoBert,
} from '../index.ts';

const V = 23;
const tokens = { classification: 2, separator: 3, mask: 4, never: [0, 1, 7] };
const special = [0, 1, 2, 3, 4, 7];
const image = photographs(4);

const methods: Readonly<Record<string, CaptionMethod>> = {
  greedy: { method: 'left-to-right' },
  beam: { method: 'left-to-right', choice: { kind: 'beam', width: 3 } },
  nucleus: { method: 'left-to-right', choice: { kind: 'nucleus', seed: 3 } },
  'mask-predict': { method: 'mask-predict' },
  'mask-predict of 5 pieces': { method: 'mask-predict', length: 5 },
  'one-pass': { method: 'one-pass' },
  'one-pass of 5 pieces': { method: 'one-pass', length: 5 },
};

/** Runs with a model, and checks that no tensor is left. */
async function withModel(run: (model: KaleidoBert) => Promise<void>, seed = 5): Promise<void> {
  const model = KaleidoBert.create(smallConfig(), seed);
  const live = memory().numTensors;
  await run(model);
  expect(memory().numTensors).toBe(live);
  model.dispose();
}

const captionsOf = (
  model: KaleidoBert,
  options: CaptionMethod & Partial<CaptionOptions>,
  of: ImageBatch = image,
): Promise<GeneratedCaption[]> => generateCaptions(model, of, { tokens, ...options } as CaptionOptions);

/** One photograph of a batch. */
function only({ featureWidth: F, features, positions }: ImageBatch, b: number): ImageBatch {
  return {
    size: 1,
    featureWidth: F,
    features: features.slice(b * 55 * F, (b + 1) * 55 * F),
    positions: positions.slice(b * 55 * 5, (b + 1) * 55 * 5),
  };
}

/** A caption's text with [CLS] and [SEP]. */
const textOf = ({ ids }: GeneratedCaption) => ({
  size: 1,
  textLength: ids.length + 2,
  ids: Int32Array.of(tokens.classification, ...ids, tokens.separator),
  mask: new Float32Array(ids.length + 2).fill(1),
});

const logSoftmax = (logits: readonly number[], forbidden: readonly number[]): number[] => {
  const allowed = logits.map((logit, id) => (forbidden.includes(id) ? Number.NEGATIVE_INFINITY : logit));
  const top = Math.max(...allowed);
  const total = Math.log(allowed.reduce((sum, logit) => sum + Math.exp(logit - top), 0)) + top;
  return allowed.map((logit) => logit - total);
};

describe('captions', () => {
  beforeAll(async () => {
    await selectBackend({ prefer: 'wasm' });
  });

  it.each(Object.keys(methods))('hold one piece or more, and no special ones: %s', async (of) => {
    await withModel(async (model) => {
      for (const longest of [3, 5, 16]) {
        if ('length' in methods[of]! && longest < 7) continue;
        const captions = await captionsOf(model, { ...methods[of]!, longest });
        expect(captions.length).toBe(4);
        for (const { ids, logProbability, cut } of captions) {
          expect(ids.length).toBeGreaterThan(0);
          expect(ids.length).toBeLessThanOrEqual(longest - 2);
          expect([...ids].filter((id) => special.includes(id))).toEqual([]);
          expect(logProbability).toBeLessThan(0);
          if (cut) expect(ids.length).toBe(longest - 2);
        }
      }
    });
  });

  it.each(Object.keys(methods))('are the same every time, and for each photograph alone: %s', async (of) => {
    await withModel(async (model) => {
      const names = ['a', 'b', 'c', 'd'];
      const options = { ...methods[of]!, attentionLayer: 1, names };
      const together = await captionsOf(model, options);
      expect(await captionsOf(model, options)).toEqual(together);
      for (const [b, caption] of together.entries()) {
        const [alone] = await captionsOf(model, { ...options, names: [names[b]!] }, only(image, b));
        expect(alone!.ids).toEqual(caption.ids);
        expect(alone!.logProbability).toBeCloseTo(caption.logProbability, 3);
        expect(largestDifference(alone!.attention!, caption.attention!)).toBeLessThan(1e-5);
      }
    });
  });

  it.each(['greedy', 'beam', 'nucleus'])('have the probability that a pass over all of them gives: %s', async (of) => {
    await withModel(async (model) => {
      const captions = await captionsOf(model, { ...methods[of]!, attentionLayer: 1 });
      for (const [b, caption] of captions.entries()) {
        const text = textOf(caption);
        const places = text.textLength - 1;
        const { logits, attention } = tf.tidy(() => {
          const input = model.textInput(text);
          const patches = model.embedPatches(model.imageInput(only(image, b)));
          const { attentions } = model.encodeBoth(model.embedText(input), input.mask, patches, {
            causalText: true,
            attentions: true,
          });
          const seen = tf.slice(tf.mean(attentions[1] as Tensor, 1), [0, 0, places + 1], [1, caption.ids.length, 55]);
          const next = encoderOf(model)
            .readCausally(text, only(image, b))
            .nextAt(Int32Array.from({ length: places }, (_, at) => at));
          return { logits: [...next.dataSync<'float32'>()], attention: seen.dataSync<'float32'>() } as never;
        }) as { logits: number[]; attention: Float32Array };
        let total = 0;
        for (let at = 0; at < places - Number(caption.cut); at++) {
          const forbidden = at === 0 ? special : special.filter((id) => id !== tokens.separator);
          const next = logSoftmax(logits.slice(at * V, (at + 1) * V), forbidden);
          total += next[text.ids[at + 1]!]!;
          if (of === 'greedy') expect(next[text.ids[at + 1]!]).toBe(Math.max(...next));
        }
        expect(caption.logProbability).toBeCloseTo(total, 3);
        expect(largestDifference(caption.attention!, attention)).toBeLessThan(1e-5);
      }
    });
  });

  it('have the pieces that one pass over masks predicts', async () => {
    await withModel(async (model) => {
      const captions = await captionsOf(model, { method: 'one-pass', length: 5, attentionLayer: 0 });
      const four = (row: readonly number[]): Int32Array => Int32Array.from([0, 1, 2, 3].flatMap(() => row));
      const text = { size: 4, textLength: 7, ids: four([2, 4, 4, 4, 4, 4, 3]), mask: new Float32Array(28).fill(1) };
      const logits = tf.tidy(() => {
        const tokensAt = encoderOf(model)
          .readBoth(text, image)
          .tokensAt(four([1, 2, 3, 4, 5]));
        return [...tokensAt.dataSync<'float32'>()] as never;
      }) as number[];
      for (const [b, { ids, logProbability, attention }] of captions.entries()) {
        const rows = [0, 1, 2, 3, 4].map((i) =>
          logSoftmax(logits.slice((b * 5 + i) * V, (b * 5 + i + 1) * V), special),
        );
        expect([...ids]).toEqual(rows.map((row) => row.indexOf(Math.max(...row))));
        expect(logProbability).toBeCloseTo(
          rows.reduce((sum, row) => sum + Math.max(...row), 0),
          3,
        );
        expect(attention!.length).toBe(5 * 55);
      }
      const again = await captionsOf(model, { method: 'mask-predict', length: 5, iterations: 1, attentionLayer: 0 });
      expect(again).toEqual(captions);
    });
  });

  it('are greedy from a nucleus of no size, and change with the seed from a large one', async () => {
    await withModel(async (model) => {
      const nucleus = (settings: object) =>
        captionsOf(model, { method: 'left-to-right', choice: { kind: 'nucleus', seed: 1, topP: 1, ...settings } });
      expect(await nucleus({ topP: 1e-9 })).toEqual(await captionsOf(model, { method: 'left-to-right' }));
      expect(await nucleus({})).toEqual(await nucleus({}));
      expect(await nucleus({ seed: 2 })).not.toEqual(await nucleus({}));
    });
  });

  it('have no three pieces twice where that is asked for, as with a beam', async () => {
    let repeated = 0;
    for (let seed = 0; seed < 4; seed++)
      await withModel(async (model) => {
        const repeats = ({ ids }: GeneratedCaption): boolean => {
          const runs = [...ids.subarray(2)].map((_, at) => ids.slice(at, at + 3).join());
          return new Set(runs).size < runs.length;
        };
        for (const way of ['greedy', 'beam', 'nucleus'])
          expect(
            (await captionsOf(model, { ...methods[way]!, blockNgram: 3 } as CaptionMethod)).filter(repeats),
          ).toEqual([]);
        const [beam, greedy] = [await captionsOf(model, methods.beam!), await captionsOf(model, methods.greedy!)];
        expect(beam.filter(repeats)).toEqual([]);
        repeated += greedy.filter(repeats).length;
      }, seed);
    expect(repeated).toBeGreaterThan(0);
  });

  it('are more likely with a beam', async () => {
    for (let seed = 0; seed < 3; seed++)
      await withModel(async (model) => {
        const total = async (options: CaptionMethod): Promise<number> =>
          (await captionsOf(model, { ...options, longest: 8 })).reduce((sum, one) => sum + one.logProbability, 0);
        const choice = { kind: 'beam', width: 16, lengthPenalty: 0 } as const;
        expect(await total({ method: 'left-to-right', choice })).toBeGreaterThanOrEqual(
          await total({ method: 'left-to-right' }),
        );
      }, seed);
  });

  it('come with what each piece looked at', async () => {
    await withModel(async (model) => {
      for (const method of Object.values(methods)) {
        for (const { ids, attention } of await captionsOf(model, { ...method, attentionLayer: 0 })) {
          expect(attention!.length).toBe(ids.length * 55);
          for (let i = 0; i < ids.length; i++) {
            const sum = attention!.slice(i * 55, (i + 1) * 55).reduce((total, value) => total + value, 0);
            expect(sum).toBeGreaterThan(0.1);
            expect(sum).toBeLessThan(1);
          }
        }
        expect((await captionsOf(model, method)).some((caption) => 'attention' in caption)).toBe(false);
      }
    });
  });

  it('are read from some patches too, and for no photographs there are none', async () => {
    await withModel(async (model) => {
      const given = [0, 1, 5, 14, 30, 54];
      const some = {
        ...only(image, 0),
        features: image.features.slice(0, given.length * 7),
        positions: image.positions.slice(0, given.length * 5),
        patches: given,
      };
      for (const method of Object.values(methods)) {
        const [caption] = await captionsOf(model, { ...method, attentionLayer: 0 }, some);
        expect(caption!.attention!.length).toBe(caption!.ids.length * given.length);
        const nothing = { ...image, size: 0, features: new Float32Array(), positions: new Float32Array() };
        expect(await captionsOf(model, method, nothing)).toEqual([]);
      }
    });
  });

  it.each<[object, string]>([
    [{ method: 'beam' }, 'the options of a caption are wrong at "method"'],
    [{ choice: { kind: 'beam', width: 0 } }, 'at "choice.width"'],
    [{ choice: { kind: 'beam', width: 65 } }, 'at "choice.width"'],
    [{ choice: { kind: 'beam', lengthPenalty: -1 } }, 'at "choice.lengthPenalty"'],
    [{ blockNgram: 1 }, 'at "blockNgram": must be 2 or more, or 0 to allow all'],
    [{ blockNgram: 2.5 }, 'at "blockNgram"'],
    [{ method: 'one-pass', blockNgram: 3 }, 'Unrecognized key: "blockNgram"'],
    [{ choice: { kind: 'nucleus' } }, 'at "choice.seed"'],
    [{ choice: { kind: 'nucleus', seed: 1, topP: 0 } }, 'at "choice.topP"'],
    [{ choice: { kind: 'nucleus', seed: 1, temperature: Number.NaN } }, 'at "choice.temperature"'],
    [{ method: 'mask-predict', iterations: 0.5 }, 'at "iterations"'],
    [{ method: 'one-pass', iterations: 2 }, 'Unrecognized key: "iterations"'],
    [{ longest: 2 }, 'must be at least 3'],
    [{ longest: 17 }, '@kaleido/model: the model has only 16 positions, found 17; lower longest'],
    [{ method: 'one-pass', length: 15 }, 'length is more than fits between [CLS] and [SEP] in 16, found 15'],
    [{ attentionLayer: 2 }, 'the model has 2 layers, from 0, found 2'],
    [{ names: ['one'] }, '4 photographs need as many names, found 1'],
    [{ tokens: { ...tokens, mask: 23 } }, 'a token lies outside the 23 pieces of the model, found 23'],
    [{ tokens: { ...tokens, never: Array.from({ length: 23 }, (_, id) => id) } }, 'no piece is left'],
  ])('are refused for %j', async (options, message) => {
    await withModel(async (model) => {
      await expect(captionsOf(model, { method: 'left-to-right', ...options })).rejects.toThrow(message);
    });
  });

  it('are refused for photographs that do not fit, and for NaN', async () => {
    await withModel(async (model) => {
      for (const method of Object.values(methods)) {
        await expect(captionsOf(model, method, { ...image, featureWidth: 6 })).rejects.toThrow(
          'the model reads features of the width 7, found 6',
        );
        await expect(captionsOf(model, method, { ...image, positions: new Float32Array(3) })).rejects.toThrow(
          '220 patches have 1540 features and 1100 positions, found [1540,3]',
        );
        const broken = { ...image, features: image.features.map(() => Number.NaN) };
        await expect(captionsOf(model, method, broken)).rejects.toThrow('gives no piece of the caption a probability');
      }
    });
  });
});

it('the cpu backend writes the same captions', async () => {
  const written = async (backend: 'wasm' | 'cpu'): Promise<GeneratedCaption[]> => {
    await selectBackend({ prefer: backend });
    const all: GeneratedCaption[] = [];
    await withModel(async (model) => {
      for (const way of ['beam', 'nucleus', 'mask-predict'])
        all.push(...(await captionsOf(model, { ...methods[way]!, longest: 6, attentionLayer: 1 }, only(image, 0))));
    });
    return all;
  };
  const expected = await written('wasm');
  for (const [index, { ids, logProbability, attention }] of (await written('cpu')).entries()) {
    expect(ids).toEqual(expected[index]!.ids);
    expect(logProbability).toBeCloseTo(expected[index]!.logProbability, 3);
    expect(largestDifference(attention!, expected[index]!.attention!)).toBeLessThan(1e-5);
  }
});
