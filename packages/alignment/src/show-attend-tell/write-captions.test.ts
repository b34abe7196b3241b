import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Backend, countWork, memory, selectBackend } from '@kaleido/backend';
import { referencePass } from '../../test/reference-captioner.ts';
import { smallConfig, smallGrids, special } from '../../test/small-captioner.ts';
import { attendedMaps, type CaptionSearch, ShowAttendTell, type WrittenCaption, writeCaptions } from '../index.ts';

const images = 6;
const neverWritten = [special.padding, special.unknown, special.classification, special.mask];
const config = smallConfig();
const grids = smallGrids(config, images);
const size = config.cells * config.featureWidth;
const gridOf = (image: number): Float32Array => grids.subarray(image * size, (image + 1) * size);

/** Runs with a captioner of sharp preferences, and checks that no tensor is left. */
async function withModel(run: (model: ShowAttendTell) => Promise<void>): Promise<void> {
  const start = ShowAttendTell.create(config, 4);
  const weights = await start.toWeights();
  start.dispose();
  for (const name of ['output/piece/kernel', 'attention/score/kernel', 'embedding', 'lstm/embedding/kernel'])
    weights.set(
      name,
      weights.get(name)!.map((value) => 4 * value),
    );
  weights.get('output/piece/bias')![special.separator] = 2;
  const model = ShowAttendTell.fromWeights(config, weights);
  const before = memory().numTensors;
  await run(model);
  expect(memory().numTensors).toBe(before);
  model.dispose();
}

/** Log-probabilities without the pieces that may not follow. */
function allowed(logProbabilities: readonly number[], first: boolean): number[] {
  const forbidden = first ? [...neverWritten, special.separator] : neverWritten;
  const kept = logProbabilities.map((value, id) => (forbidden.includes(id) ? Number.NEGATIVE_INFINITY : value));
  const total = Math.log(kept.reduce((sum, value) => sum + Math.exp(value), 0));
  return kept.map((value) => value - total);
}

type Next = (image: number, pieces: readonly number[]) => number[];

/** Of every continuation, by the reference. */
async function nextOf(model: ShowAttendTell): Promise<Next> {
  const weights = new Map([...(await model.toWeights())].map(([name, values]) => [name, Float64Array.from(values)]));
  return (image, pieces) => {
    const { logProbabilities } = referencePass(config, weights, gridOf(image), Int32Array.from(pieces));
    return allowed(logProbabilities.at(-1)!, pieces.length === 0);
  };
}

/** Beam search as in the code of Xu et al., one image at a time, with the reference. */
function searchByReference(next: Next, image: number, width: number, mostPieces: number, lengthPenalty: number) {
  type Found = { readonly pieces: number[]; readonly score: number };
  let open: Found[] = [{ pieces: [], score: 0 }];
  const complete: { readonly pieces: number[]; readonly score: number; readonly cut: boolean }[] = [];
  while (open.length > 0) {
    const candidates = open
      .flatMap(({ pieces, score }) =>
        next(image, pieces).map((value, piece) => ({ pieces: [...pieces, piece], score: score + value })),
      )
      .sort((a, b) => b.score - a.score)
      .slice(0, width - complete.length);
    open = [];
    for (const { pieces, score } of candidates) {
      if (pieces.at(-1) === special.separator) complete.push({ pieces: pieces.slice(0, -1), score, cut: false });
      else if (pieces.length === mostPieces) complete.push({ pieces, score, cut: true });
      else open.push({ pieces, score });
    }
  }
  const rank = ({ pieces, score, cut }: (typeof complete)[number]): number =>
    score / ((5 + pieces.length + Number(!cut)) / 6) ** lengthPenalty;
  return complete.reduce((best, one) => (rank(one) > rank(best) ? one : best));
}

describe.each<Backend>(['cpu', 'wasm'])('writeCaptions on %s', (backend) => {
  beforeAll(async () => {
    await selectBackend({ prefer: backend });
  });

  it.each<[string, CaptionSearch, number, number]>([
    ['greedily', { kind: 'greedy' }, 1, 0],
    ['with a beam of 3', { kind: 'beam', width: 3 }, 3, 0.6],
    ['with a beam of 4 and no penalty', { kind: 'beam', lengthPenalty: 0 }, 4, 0],
    ['with a beam of 3 and a large penalty', { kind: 'beam', width: 3, lengthPenalty: 2 }, 3, 2],
  ])('finds what the equations find, %s', async (_name, search, width, lengthPenalty) => {
    await withModel(async (model) => {
      const next = await nextOf(model);
      const captions = await writeCaptions(model, grids, { search, mostPieces: 7 });
      expect(captions.length).toBe(images);
      for (const [image, { ids, logProbability, cut }] of captions.entries()) {
        const expected = searchByReference(next, image, width, 7, lengthPenalty);
        expect([image, [...ids], cut]).toEqual([image, expected.pieces, expected.cut]);
        expect(logProbability).toBeCloseTo(expected.score, 4);
      }
      // Some end early and others are cut, so that searches stop at different times.
      if (search.kind === 'greedy') expect(new Set(captions.map(({ cut }) => cut)).size).toBe(2);
    });
  });

  it.each<CaptionSearch>([{ kind: 'greedy' }, { kind: 'beam', width: 3 }])(
    'returns the attention of each piece: $kind',
    async (search) => {
      await withModel(async (model) => {
        const captions = await writeCaptions(model, grids, { search, mostPieces: 7 });
        const maps = await attendedMaps(
          model,
          grids,
          captions.map(({ ids }) => ids),
        );
        for (const [image, { ids, attention }] of captions.entries()) {
          expect(attention.length).toBe(ids.length * config.cells);
          for (const [at, value] of attention.entries()) expect(value).toBeCloseTo(maps[image]![at]!, 5);
        }
      });
    },
  );

  it('writes the same every time, and for each image alone', async () => {
    await withModel(async (model) => {
      const options = { search: { kind: 'beam', width: 3 }, mostPieces: 7 } as const;
      const together = await writeCaptions(model, grids, options);
      expect(await writeCaptions(model, grids, options)).toEqual(together);
      for (const [image, caption] of together.entries()) {
        const [alone] = (await writeCaptions(model, gridOf(image), options)) as [WrittenCaption];
        expect(alone.ids).toEqual(caption.ids);
        expect(alone.logProbability).toBeCloseTo(caption.logProbability, 4);
      }
    });
  });
});

describe('writeCaptions', () => {
  beforeAll(async () => {
    await selectBackend({ prefer: 'wasm' });
  });

  it('reads log-probabilities and attention once for each piece', async () => {
    await withModel(async (model) => {
      const { work } = await countWork(() => writeCaptions(model, grids, { search: { kind: 'beam' }, mostPieces: 7 }));
      expect(work.reads).toBeGreaterThan(0);
      expect(work.reads).toBeLessThanOrEqual(2 * 7);
    });
  });

  it('writes nothing for no images', async () => {
    await withModel(async (model) => {
      expect(await writeCaptions(model, new Float32Array(0))).toEqual([]);
    });
  });

  it.each<[string, () => unknown, string]>([
    [
      'a width of 0',
      () => ({ search: { kind: 'beam', width: 0 } }),
      '@kaleido/alignment: the options of writeCaptions are wrong at "search.width": Too small',
    ],
    ['an unknown option', () => ({ longest: 3 }), 'Unrecognized key: "longest"'],
  ])('refuses %s', async (_name, options, message) => {
    await withModel(async (model) => {
      await expect(writeCaptions(model, grids, options() as object)).rejects.toThrow(message);
    });
  });

  it('refuses grids of another size, and weights that are NaN', async () => {
    await withModel(async (model) => {
      await expect(writeCaptions(model, grids.subarray(1))).rejects.toThrow(
        '@kaleido/alignment: the grids of 6 images need 6 x 4 cells x 5 features, found 119; give',
      );
      const weights = await model.toWeights();
      weights.get('output/bias')!.fill(Number.NaN);
      const broken = ShowAttendTell.fromWeights(config, weights);
      await expect(writeCaptions(broken, grids)).rejects.toThrow(
        'the captioner gives no piece of the caption a probability',
      );
      broken.dispose();
    });
  });
});
