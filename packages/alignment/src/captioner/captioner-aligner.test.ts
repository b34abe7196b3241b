import { beforeAll, describe, expect, it } from '@jest/globals';
import { memory, selectBackend } from '@kaleido/backend';
import { encodeSafetensors } from '@kaleido/foundation';
import type { Alignment } from '@kaleido/layout';
import { type PlacedProducts, placedProducts, placeOf, tokenizer } from '../../test/placed-products.ts';
import { smallAlignerSettings } from '../../test/small-aligner-settings.ts';
import type { AlignableProducts } from '../aligner.ts';
import { alignerSchema, fitAligner, openAligner } from '../aligner-settings.ts';
import { captionPhrases } from '../caption-phrases.ts';
import { coinciding } from './captioner-aligner.ts';
import { decodeCaptioner } from './captioner-file.ts';

const { vocabulary } = tokenizer;
const settings = smallAlignerSettings({ steps: 240 });
let fitted: Uint8Array = new Uint8Array();
let leaked = 0;
beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
  const before = memory().numTensors;
  fitted = await fitAligner(settings, placedProducts(400, 1, 3), tokenizer);
  leaked = memory().numTensors - before;
});

async function alignAll(
  products: AlignableProducts,
  changes: Partial<typeof settings> = {},
): Promise<(readonly Alignment[])[]> {
  const all: (readonly Alignment[])[] = [];
  const aligner = openAligner({ ...settings, ...changes }, fitted, 'fitted', vocabulary);
  for await (const pairs of aligner.align(products)) all.push(pairs);
  return all;
}

/** How often the best patch of level 5 of a part's word is the right one, and how many of the words have pairs. */
function measured(
  products: PlacedProducts,
  all: readonly (readonly Alignment[])[],
): { right: number; aligned: number } {
  let [right, aligned, mentions] = [0, 0, 0];
  for (const [row, caption] of products.captions.entries()) {
    const { ids } = tokenizer.encode(caption, { maximumLength: products.textLength });
    for (const part of ['pockets', 'belt']) {
      const token = ids.indexOf(tokenizer.encode(part).ids[1] as number);
      if (token < 0) continue;
      mentions++;
      const own = all[row]!.filter((pair) => pair.token === token && pair.patch >= 30);
      if (own.length === 0) continue;
      aligned++;
      const best = own.reduce((a, b) => (b.weight > a.weight ? b : a));
      if (best.patch === (placeOf[products.groups[row] as string] as Record<string, number>)[part]) right++;
    }
  }
  return { right: right / aligned, aligned: aligned / mentions };
}

describe('captionerAligner', () => {
  it('finds where each part shows, on products that it was not fitted on, and leaves no tensor behind', async () => {
    const products = placedProducts(100, 2, 3);
    const before = memory().numTensors;
    const generated = measured(products, await alignAll(products));
    const given = measured(products, await alignAll(products, { words: 'given' }));
    expect([leaked, memory().numTensors - before]).toEqual([0, 0]);
    expect(given.aligned).toBeGreaterThan(0.95);
    for (const { right, aligned } of [generated, given]) {
      expect(aligned).toBeGreaterThan(0.9);
      // By chance 1 of 25.
      expect(right).toBeGreaterThan(0.9);
    }
  });

  it('searches by beam too, and gives the same pairs every time', async () => {
    const products = placedProducts(20, 3, 3);
    const beam = await alignAll(products, { search: 'beam' });
    expect(measured(products, beam).right).toBeGreaterThan(0.8);
    expect(await alignAll(products, { search: 'beam' })).toEqual(beam);
  });

  it('gives no pairs to captions of stop words, to empty ones, and above the threshold', async () => {
    const products = placedProducts(6, 4);
    const { ids, wordStarts } = tokenizer.encode('a with and ,', { maximumLength: products.textLength });
    const without = { ...products, ids: products.ids.slice(), wordStarts: products.wordStarts.slice() };
    for (let row = 0; row < products.rows; row++) {
      without.ids.set(ids, row * products.textLength);
      without.wordStarts.set(wordStarts, row * products.textLength);
    }
    for (const words of ['generated', 'given'] as const)
      for (const length of [ids.length, 2]) {
        const none = await alignAll({ ...without, lengths: products.lengths.map(() => length) }, { words });
        expect(none).toEqual(Array(6).fill([]));
      }
    expect((await alignAll(products, { words: 'given', leastAttention: 26 })).flat()).toEqual([]);
  });

  it('says how far it is, and stops without a tensor', async () => {
    const products = placedProducts(70, 5);
    const before = memory().numTensors;
    const aligner = openAligner(settings, fitted, 'fitted', vocabulary);
    const seen: number[] = [];
    for await (const _ of aligner.align(products, { onProgress: (done) => seen.push(done) }));
    expect(seen).toEqual([64, 70]);
    for await (const _ of aligner.align(products)) break;
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(async () => {
      for await (const _ of aligner.align(products, { signal }));
    }).rejects.toThrow('stopped');
    expect(memory().numTensors).toBe(before);
    await expect(fitAligner(settings, products, tokenizer, { signal })).rejects.toThrow('stopped');
  });

  it('refuses features of another width, and another vocabulary', async () => {
    const products = placedProducts(3, 6);
    const wide = { ...products, features: { ...products.features, featureWidth: 7 } };
    await expect(alignAll(wide)).rejects.toThrow('as wide as those that the aligner was fitted on, found "7, not 6"');
    expect(() => openAligner(settings, fitted, 'fitted', vocabulary.slice(1))).toThrow(
      '@kaleido/alignment: the vocabulary is not that of the captioner, found "15 pieces, not 16"',
    );
  });
});

describe('coinciding', () => {
  const cells = 2;
  const wordsOf = (caption: string) => {
    const { ids, wordStarts } = tokenizer.encode(caption);
    return captionPhrases(Int32Array.from(ids), Uint8Array.from(wordStarts), ids.length, vocabulary).flat();
  };
  /** Maps of a written caption whose pieces look at cell 0 as much as said. */
  const found = (own: string, written: string, first: readonly number[]) => {
    const ids = Int32Array.from(tokenizer.encode(written).ids.slice(1, -1));
    const attention = Float32Array.from(first.flatMap((share) => [share, 1 - share]));
    return coinciding(wordsOf(own), { ids, attention }, vocabulary, cells).map(({ word, map }) => [
      word.start,
      word.end,
      map[0],
    ]);
  };

  it('carries the mean map of a word to that word of the own caption', () => {
    // "pockets" is written as two pieces: the second and third.
    expect(found('a bag with pockets', 'red pockets , bag', [0, 0.25, 0.75, 0, 1])).toEqual([
      [2, 3, 1],
      [4, 6, 0.5],
    ]);
  });

  it('compares words, not pieces, and leaves out stop words', () => {
    expect(found('a pocket with a bag', 'a pockets and with', [1, 1, 1, 1, 1])).toEqual([]);
    expect(found('a , with', 'a , with', [1, 1, 1])).toEqual([]);
    expect(found('a bag', '', [])).toEqual([]);
  });

  it('takes repeated words in order, the last one again if fewer were written', () => {
    expect(found('bag and bag , bag', 'bag , bag', [0.25, 0, 0.75])).toEqual([
      [1, 2, 0.25],
      [3, 4, 0.75],
      [5, 6, 0.75],
    ]);
  });
});

describe('a fitted captioner as a file', () => {
  it('holds configuration, weights and the statistics of the features', () => {
    const { config, weights } = decodeCaptioner(Buffer.from(fitted), 'fitted');
    expect(config).toMatchObject({ vocabularySize: 16, featureWidth: 6, cells: 25, hiddenSize: 32 });
    // Half of the products are bags, whose features lie 2 higher.
    for (const mean of weights.get('features/mean')!) expect(Math.abs(mean - 1)).toBeLessThan(0.5);
    for (const deviation of weights.get('features/deviation')!) expect(deviation).toBeGreaterThan(0.9);
  });

  it('is the same for the same settings, and another for another seed', async () => {
    const products = placedProducts(40, 7);
    const fit = (seed: number) => fitAligner(smallAlignerSettings({ steps: 3, seed }), products, tokenizer);
    const first = await fit(1);
    expect(Buffer.compare(await fit(1), first)).toBe(0);
    expect(Buffer.compare(await fit(2), first)).not.toBe(0);
  });

  it('is refused for settings of another kind, if it is another file, and if it is damaged', async () => {
    const discriminants = alignerSchema.parse({ kind: 'discriminants', leastOccurrences: 2 });
    const other = await fitAligner(discriminants, placedProducts(60, 8), tokenizer);
    expect(() => openAligner(settings, other, 'other', vocabulary)).toThrow(
      '@kaleido/alignment: other holds an aligner of another kind than the settings say, captioner, found "discriminants"',
    );
    expect(() => openAligner(discriminants, fitted, 'fitted', vocabulary)).toThrow(
      'another kind than the settings say, discriminants, found "captioner"',
    );
    const { config } = decodeCaptioner(fitted, 'fitted');
    for (const metadata of [{}, { kind: 'pairs' }, { kind: 'captioner' }])
      expect(() => openAligner(settings, encodeSafetensors([], metadata), 'x', vocabulary)).toThrow(
        'x does not hold a fitted captioner, or is damaged',
      );
    const empty = encodeSafetensors([], { kind: 'captioner', config: JSON.stringify(config) });
    expect(() => openAligner(settings, empty, 'x', vocabulary)).toThrow('the weights must hold "features/mean"');
    expect(() => openAligner(settings, fitted.subarray(0, 50), 'x', vocabulary)).toThrow('@kaleido/');
  });
});

describe('fitAligner', () => {
  it('counts steps, and refuses products without a caption', async () => {
    const products = placedProducts(10, 9);
    const seen: string[] = [];
    await fitAligner(smallAlignerSettings({ steps: 3 }), products, tokenizer, {
      onProgress: (done, total) => seen.push(`${done} of ${total}`),
    });
    expect(seen).toEqual(['1 of 3', '2 of 3', '3 of 3']);
    const silent = { ...products, lengths: products.lengths.map(() => 2) };
    await expect(fitAligner(settings, silent, tokenizer)).rejects.toThrow('there are no captions to learn, found 0');
  });

  it('refuses settings that are wrong', () => {
    for (const [changes, message] of [
      [{ batchSize: 5, microBatches: 2 }, 'must be a multiple of microBatches'],
      [{ words: 'some' }, 'generated'],
      [{ network: { hidden: 3 } }, 'hidden'],
    ] as const)
      expect(() => alignerSchema.parse({ kind: 'captioner', ...changes })).toThrow(message);
    expect(alignerSchema.parse({ kind: 'captioner' })).toMatchObject({
      words: 'generated',
      search: 'greedy',
      network: { hiddenSize: 256 },
    });
  });
});
