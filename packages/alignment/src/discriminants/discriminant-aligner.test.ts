import { describe, expect, it } from '@jest/globals';
import { type Alignment, levels, patchSlots, residentFeatures } from '@kaleido/layout';
import { type PlacedProducts, placedProducts, placeOf, tokenizer } from '../../test/placed-products.ts';
import { decodeAlignments, encodeAlignments } from '../alignment-table.ts';
import { discriminantAligner } from './discriminant-aligner.ts';
import { fitDiscriminants } from './fit-discriminants.ts';

const { vocabulary } = tokenizer;
const fitted = fitDiscriminants(placedProducts(600, 1), { vocabulary });

async function alignAll(products: PlacedProducts, options = {}): Promise<(readonly Alignment[])[]> {
  const aligner = discriminantAligner(await fitted, { vocabulary, ...options });
  const all: (readonly Alignment[])[] = [];
  for await (const pairs of aligner.align(products)) all.push(pairs);
  return all;
}

/** The pieces of a word in a row's caption. */
function tokensOf(products: PlacedProducts, row: number, word: string): number[] {
  const { ids } = tokenizer.encode(products.captions[row] as string, { maximumLength: products.textLength });
  const wanted: readonly number[] = [...tokenizer.encode(word).ids.slice(1, -1)];
  return [...ids.keys()].filter((at) => wanted.includes(ids[at]!));
}

/** A file of pairs that no aligner may give is refused. */
function encodeAndRead(all: readonly (readonly Alignment[])[]): number {
  const provenance = { aligner: '', features: '', vocabulary: '', captions: '' };
  return decodeAlignments(encodeAlignments(all, provenance), 'pairs', provenance).rows;
}

/** The largest weight of a token's patches of level 5. */
function best(pairs: readonly Alignment[], token: number): number {
  return Math.max(...pairs.filter((pair) => pair.token === token && pair.patch >= 30).map(({ weight }) => weight));
}

describe('discriminantAligner', () => {
  it('finds where each word shows, by group, on products that it was not fitted on', async () => {
    const products = placedProducts(200, 2);
    const all = await alignAll(products);
    const level = levels[4]!;
    let [right, mentions] = [0, 0];
    for (const [row, pairs] of all.entries())
      for (const word of ['pockets', 'belt']) {
        for (const token of tokensOf(products, row, word)) {
          mentions++;
          const own = pairs.filter((pair) => pair.token === token && pair.patch >= level.start);
          const best = own.reduce((a, b) => (b.weight > a.weight ? b : a), { token, patch: -1, weight: 0 });
          if (best.patch === (placeOf[products.groups[row] as string] as Record<string, number>)[word]) right++;
        }
      }
    expect(mentions).toBeGreaterThan(200);
    expect(right / mentions).toBeGreaterThan(0.98);
  });

  it('gives sorted pairs with weights in 0..1, at most so many of a level', async () => {
    for (const pairs of await alignAll(placedProducts(50, 3), { mostPatches: 2 })) {
      expect([...pairs].sort((a, b) => a.token - b.token || a.patch - b.patch)).toEqual(pairs);
      const byLevel = new Map<string, number>();
      for (const { token, patch, weight } of pairs) {
        expect(weight).toBeGreaterThan(0);
        expect(weight).toBeLessThanOrEqual(1);
        const level = levels.findIndex(({ start, patches }) => patch >= start && patch < start + patches);
        expect(level).toBeGreaterThanOrEqual(2);
        byLevel.set(`${token} ${level}`, (byLevel.get(`${token} ${level}`) ?? 0) + 1);
      }
      expect(Math.max(0, ...byLevel.values())).toBeLessThanOrEqual(2);
    }
  });

  it('gives valid weights for photographs unlike any that it was fitted on', async () => {
    const products = placedProducts(40, 11);
    const table = await products.features.load([]);
    const strange = {
      ...table,
      copy: (row: number, slots: readonly number[], target: Float32Array, offset = 0) => {
        table.copy(row, slots, target, offset);
        for (let i = 0; i < slots.length * 6; i++) target[offset + i]! *= -30;
      },
    };
    const all = await alignAll({ ...products, features: residentFeatures(strange) });
    expect(all.flat().length).toBeGreaterThan(100);
    for (const { weight } of all.flat()) expect(weight > 0 && weight <= 1).toBe(true);
    expect(encodeAndRead(all)).toBe(all.length);
  });

  it('pairs no word with an empty patch, if patches count by their strength', async () => {
    const products = placedProducts(40, 12);
    const table = await products.features.load([]);
    const withEmpty = (isEmpty: (slot: number) => boolean) =>
      residentFeatures({
        ...table,
        copy: (row: number, slots: readonly number[], target: Float32Array, offset = 0) => {
          table.copy(row, slots, target, offset);
          for (const [at, slot] of slots.entries())
            for (let f = 0; f < 6; f++) {
              const place = offset + at * 6 + f;
              target[place] = isEmpty(slot) ? 0 : Math.abs(target[place]!) + 0.1;
            }
        },
      });
    const odd = { ...products, features: withEmpty((slot) => slot % 2 === 1) };
    const slotOf = (patch: number): number => patchSlots[patch]!;
    const emptyPairs = (all: readonly (readonly Alignment[])[]): number =>
      all.flat().filter(({ patch }) => slotOf(patch) % 2 === 1).length;
    expect(emptyPairs(await alignAll(odd))).toBeGreaterThan(0);
    const counted = await alignAll(odd, { byStrength: true });
    expect([counted.flat().length > 40, emptyPairs(counted)]).toEqual([true, 0]);
    // Where a word's evidence lies in empty patches alone, it has less than any part.
    const partPlaces = Object.values(placeOf).flatMap((places) => Object.values(places as Record<string, number>));
    const without = withEmpty((slot) => partPlaces.some((place) => slotOf(place) === slot));
    const hidden = await alignAll({ ...products, features: without }, { byStrength: true });
    const seen = await alignAll({ ...products, features: withEmpty(() => false) }, { byStrength: true });
    const weightOfParts = (all: readonly (readonly Alignment[])[]): number[] =>
      all.flatMap((pairs, row) =>
        ['pockets', 'belt'].flatMap((word) =>
          tokensOf(products, row, word).map((token) => Math.max(0, best(pairs, token))),
        ),
      );
    expect(Math.max(...weightOfParts(hidden))).toBeLessThan(Math.min(...weightOfParts(seen)));
    // A photograph without anything to see is aligned by what is known of the words.
    const blank = await alignAll({ ...products, features: withEmpty(() => true) }, { byStrength: true });
    expect(blank.flat().length).toBeGreaterThan(40);
    for (const { weight } of blank.flat()) expect(weight > 0 && weight <= 1).toBe(true);
  });

  it('places a word by its patch and those around it, not by one patch alone', async () => {
    const products = placedProducts(40, 13);
    const known = await fitted;
    const belt = known.words.indexOf('belt');
    const level = levels[4]!;
    const [firstPlace, all] = [levels[2]!.start, known.evidence.length / known.words.length];
    // A corner alone, against the middle of a cross: 10 + 0.2 * 0 against 9 + 0.2 * 4 * 9.
    const corner = level.start;
    const cross = [7, 11, 12, 13, 17].map((index) => level.start + index);
    const evidence = new Float32Array(known.evidence.length);
    for (const patch of cross) evidence[belt * all + patch - firstPlace] = 9;
    evidence[belt * all + corner - firstPlace] = 10;
    const groupEvidence = new Float32Array(known.groupEvidence.length);
    const contrasts = new Float32Array(known.contrasts.length);
    const aligner = discriminantAligner({ ...known, evidence, groupEvidence, contrasts }, { vocabulary });
    let row = 0;
    let mentions = 0;
    for await (const pairs of aligner.align(products)) {
      for (const token of tokensOf(products, row++, 'belt')) {
        const own = pairs.filter((pair) => pair.token === token && pair.patch >= level.start);
        const first = own.reduce((a, b) => (b.weight > a.weight ? b : a));
        expect(first.patch).toBe(level.start + 12);
        mentions++;
      }
    }
    expect(mentions).toBeGreaterThan(10);
  });

  it('is less sure of a word without looks than of any part, and pairs no stop word or special piece', async () => {
    const products = placedProducts(100, 4);
    const weights = { part: 1, logo: 0 };
    for (const [row, pairs] of (await alignAll(products)).entries()) {
      const parts = ['pockets', 'belt'].flatMap((word) => tokensOf(products, row, word));
      const others = ['logo', 'shirt', 'bag'].flatMap((word) => tokensOf(products, row, word));
      for (const { token, patch } of pairs) {
        expect([...parts, ...others]).toContain(token);
        // The parts show in patches of level 5 alone.
        if (patch < 30) continue;
        if (parts.includes(token)) weights.part = Math.min(weights.part, best(pairs, token));
        else weights.logo = Math.max(weights.logo, best(pairs, token));
      }
    }
    expect(weights.part).toBeGreaterThan(weights.logo);
    for (const pairs of await alignAll(products, { leastEvidence: 1e6 })) expect(pairs).toEqual([]);
  });

  it('knows a word in a group that it has not seen, and no word that it has not seen', async () => {
    const products = placedProducts(40, 5);
    const elsewhere = { ...products, groups: products.groups.map(() => 'hat') };
    const all = await alignAll(elsewhere);
    expect(all).toHaveLength(40);
    const silent = { ...products, ids: products.ids.map((id) => (id > 4 ? 15 : id)) };
    for (const pairs of await alignAll(silent)) expect(pairs).toEqual([]);
  });

  it('says how far it is, and stops', async () => {
    const products = placedProducts(300, 6);
    const aligner = discriminantAligner(await fitted, { vocabulary });
    const seen: number[] = [];
    for await (const _ of aligner.align(products, { onProgress: (done) => seen.push(done) }));
    expect(seen).toEqual([128, 256, 300]);
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    await expect(async () => {
      for await (const _ of aligner.align(products, { signal: stop.signal }));
    }).rejects.toThrow('stopped');
  });

  it('refuses features of another width', async () => {
    const products = placedProducts(3, 7);
    const aligner = discriminantAligner({ ...(await fitted), featureWidth: 7 }, { vocabulary });
    await expect(async () => {
      for await (const _ of aligner.align(products));
    }).rejects.toThrow('as wide as those that the aligner was fitted on, found "6, not 7"');
  });
});

describe('fitDiscriminants', () => {
  it('gives the same numbers each time', async () => {
    const again = await fitDiscriminants(placedProducts(600, 1), { vocabulary });
    expect(again).toEqual(await fitted);
  });

  it('leaves out words that are rare, or in most captions', async () => {
    expect((await fitted).words).toEqual(['bag', 'belt', 'logo', 'pockets', 'shirt']);
    const once = await fitDiscriminants(placedProducts(60, 8), { vocabulary, leastOccurrences: 32 });
    expect(once.words.length).toBeLessThan(5);
  });

  it('finds more evidence where a part is than anywhere else', async () => {
    const { words, evidence, groups, groupWords, groupEvidence } = await fitted;
    const placeOfLargest = (values: Float32Array): number => values.indexOf(Math.max(...values)) + 5;
    const belt = words.indexOf('belt');
    expect(Object.values(placeOf).map(({ belt: place }) => place)).toContain(
      placeOfLargest(evidence.subarray(belt * 50, belt * 50 + 50)),
    );
    for (let pair = 0; pair < groupWords.length / 2; pair++) {
      const [group, word] = [groups[groupWords[2 * pair]!]!, words[groupWords[2 * pair + 1]!]!];
      if (word !== 'belt' && word !== 'pockets') continue;
      expect(placeOfLargest(groupEvidence.subarray(pair * 50, pair * 50 + 50))).toBe(placeOf[group]![word]);
    }
  });

  it('refuses captions in which no word repeats, and stops', async () => {
    await expect(fitDiscriminants(placedProducts(8, 9), { vocabulary })).rejects.toThrow(
      '@kaleido/alignment: no word occurs in 20 captions or more',
    );
    await expect(
      fitDiscriminants(placedProducts(600, 1), { vocabulary, signal: AbortSignal.abort(new Error('stopped')) }),
    ).rejects.toThrow('stopped');
  });

  it('is not confused by features that never vary', async () => {
    const products = placedProducts(200, 10);
    const load = products.features.load.bind(products.features);
    const constant = {
      ...products,
      features: {
        ...products.features,
        load: async (rows: ArrayLike<number>) => {
          const table = await load(rows);
          return {
            ...table,
            copy: (row: number, slots: readonly number[], target: Float32Array, offset = 0) => {
              table.copy(row, slots, target, offset);
              for (let i = 0; i < slots.length; i++) target[offset + i * 6] = 0.25;
            },
          };
        },
      },
    };
    const { evidence, contrasts } = await fitDiscriminants(constant, { vocabulary });
    for (const values of [evidence, contrasts]) expect(values.every(Number.isFinite)).toBe(true);
  });
});
