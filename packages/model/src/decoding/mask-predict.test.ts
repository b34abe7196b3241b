import { describe, expect, it } from '@jest/globals';
import { maskPredict } from './mask-predict.ts';
import type { MaskedTexts } from './masked-reader.ts';

const tokens = { classification: 2, separator: 3, mask: 4, never: [0, 1] };

/** A reader of scripted answers: `answer(pass, text, position)` is the piece there, and its probability. */
function scripted(
  answer: (pass: number, text: number, position: number) => readonly [id: number, probability: number],
) {
  const passes: MaskedTexts[] = [];
  return {
    passes,
    patchCount: 0,
    async predict(texts: MaskedTexts) {
      passes.push({ ...texts, ids: texts.ids.slice() });
      const B = texts.questions[0]!.places.length;
      const answers = Array.from({ length: B }, (_, b) =>
        texts.questions.flatMap(({ places }) => places[b]!.map((place) => answer(passes.length - 1, b, place))),
      ).flat();
      return {
        ids: answers.map(([id]) => id),
        logProbabilities: answers.map(([, probability]) => Math.log(probability)),
        attention: undefined,
      };
    },
  };
}

const settings = { tokens, iterations: 1, length: undefined, longest: 8 };

describe('mask-predict', () => {
  it('predicts again the least certain pieces, fewer each time', async () => {
    const certainty = [0.9, 0.2, 0.5, 0.3, 0.8, 0.4, 0.7, 0.6];
    const reader = scripted((pass, _, at) => [10 * (pass + 1) + at, pass === 0 ? certainty[at - 1]! : 0.95]);
    const [caption] = await maskPredict(reader, 1, { ...settings, iterations: 4, length: 8, longest: 12 });
    const masked = reader.passes.map(({ ids }) => [...ids.keys()].filter((at) => ids[at] === tokens.mask));
    expect(masked).toEqual([
      [1, 2, 3, 4, 5, 6, 7, 8],
      [2, 3, 4, 6, 7, 8],
      // 0.8 and 0.9 are now the least certain; of equal ones those in front.
      [1, 2, 3, 5],
      [1, 2],
    ]);
    expect([...caption!.ids]).toEqual([41, 42, 33, 24, 35, 26, 27, 28]);
    expect(caption!.logProbability).toBeCloseTo(8 * Math.log(0.95), 5);
    expect(caption!.cut).toBe(false);
  });

  it('ends at the first [SEP] that is predicted, each caption for itself', async () => {
    const reader = scripted((pass, text, at) => [
      pass === 0 && at === (text === 0 ? 3 : 6) ? tokens.separator : 10 + at,
      pass === 0 ? 0.5 : 0.8,
    ]);
    const captions = await maskPredict(reader, 2, { ...settings, iterations: 2 });
    expect(captions.map(({ ids }) => [...ids])).toEqual([
      [11, 12],
      [11, 12, 13, 14, 15],
    ]);
    expect(captions.map(({ cut }) => cut)).toEqual([false, false]);
    // [SEP] counts, and half of the pieces are predicted again.
    expect(captions[0]!.logProbability).toBeCloseTo(2 * Math.log(0.5) + Math.log(0.8), 5);
    expect(captions[1]!.logProbability).toBeCloseTo(4 * Math.log(0.5) + 2 * Math.log(0.8), 5);
    expect([...reader.passes[1]!.ids]).toEqual([2, 4, 12, 3, 0, 0, 0, 2, 4, 4, 13, 14, 15, 3]);
    expect([...reader.passes[1]!.mask]).toEqual([1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1]);
    expect(reader.passes[0]!.questions.map(({ places, forbidden }) => [places[0], forbidden])).toEqual([
      [[1], [2, 4, 0, 1, 3]],
      [
        [2, 3, 4, 5, 6, 7],
        [2, 4, 0, 1],
      ],
    ]);
  });

  it('leaves the last place to [SEP] where none is predicted', async () => {
    const [caption] = await maskPredict(
      scripted((_, __, at) => [10 + at, 0.5]),
      1,
      settings,
    );
    expect([...caption!.ids]).toEqual([11, 12, 13, 14, 15, 16]);
    expect(caption!.cut).toBe(true);
  });
});
