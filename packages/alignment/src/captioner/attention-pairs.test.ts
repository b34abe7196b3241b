import { describe, expect, it } from '@jest/globals';
import { levels } from '@kaleido/layout';
import fc from 'fast-check';
import { attentionOf, attentionPairs, meanMap } from './attention-pairs.ts';

/** A map of 25 cells that is 0 but for these. */
function mapOf(cells: Readonly<Record<number, number>>): Float32Array {
  const map = new Float32Array(25);
  for (const [cell, value] of Object.entries(cells)) map[Number(cell)] = value;
  return map;
}

const choice = { keep: 0.8, mostPatches: 3, leastAttention: 1.2 };
const word = { start: 2, end: 3 };
const even = new Float32Array(25).fill(1 / 25);

describe('attentionOf', () => {
  it('is 1 everywhere for an even map, and keeps the whole attention', () => {
    const values = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 25, maxLength: 25 });
    for (const level of levels) for (const value of attentionOf(level, even)) expect(value).toBeCloseTo(1, 6);
    fc.assert(
      fc.property(values, (all) => {
        const total = all.reduce((sum, value) => sum + value, 0);
        for (const level of levels) {
          const inside = attentionOf(level, Float32Array.from(all)).reduce((sum, value) => sum + value, 0);
          expect(inside / level.patches).toBeCloseTo(total, 9);
        }
      }),
    );
  });

  it('shares a cell between the patches that it reaches into, by area', () => {
    // Row 0, column 1: from 0.2 to 0.4 of the width. Two thirds of it lie left of 1 / 3.
    const third = attentionOf(levels[2]!, mapOf({ 1: 1 }));
    expect([...third]).toEqual([6, 3, 0, 0, 0, 0, 0, 0, 0]);
    // A quarter of it lies left of 1 / 4.
    expect([...attentionOf(levels[3]!, mapOf({ 1: 1 }))].slice(0, 5)).toEqual([4, 12, 0, 0, 0]);
    expect([...attentionOf(levels[4]!, mapOf({ 1: 1 }))].slice(0, 3)).toEqual([0, 25, 0]);
  });
});

describe('attentionPairs', () => {
  it('are the patches with the most attention for their size, with exact weights', () => {
    expect(attentionPairs([{ word, map: mapOf({ 12: 1 }) }], choice)).toEqual([
      // The middle cell lies in the middle ninth; it is shared by the four sixteenths around the middle.
      { token: 2, patch: 5 + 4, weight: 9 / 10 },
      ...[5, 6, 9, 10].slice(0, 3).map((patch) => ({ token: 2, patch: 14 + patch, weight: 4 / 5 })),
      { token: 2, patch: 30 + 12, weight: 25 / 26 },
    ]);
  });

  it('keep a patch for its share of the best, and of equal ones those with lower indices', () => {
    const map = mapOf({ 0: 0.5, 4: 0.375, 20: 0.125 });
    const patches = (changes: object) =>
      attentionPairs([{ word, map }], { ...choice, ...changes }).filter(({ patch }) => patch >= 30);
    expect(patches({ keep: 0.75 })).toEqual([
      { token: 2, patch: 30, weight: 12.5 / 13.5 },
      { token: 2, patch: 34, weight: 9.375 / 10.375 },
    ]);
    expect(patches({}).map(({ patch }) => patch)).toEqual([30]);
    expect(patches({ keep: 0, mostPatches: 9 }).map(({ patch }) => patch)).toEqual([30, 34, 50]);
    const tied = attentionPairs([{ word, map: mapOf({ 24: 0.25, 3: 0.25, 7: 0.25, 8: 0.25 }) }], choice);
    expect(tied.flatMap(({ patch }) => (patch >= 30 ? [patch - 30] : []))).toEqual([3, 7, 8]);
  });

  it('are none for an even map, and for one that is NaN', () => {
    expect(attentionPairs([{ word, map: even }], choice)).toEqual([]);
    expect(attentionPairs([{ word, map: mapOf({ 3: Number.NaN }) }], choice)).toEqual([]);
    expect(attentionPairs([], choice)).toEqual([]);
    const all = attentionPairs([{ word, map: even }], { keep: 0, mostPatches: 99, leastAttention: 0 });
    expect(all).toHaveLength(50);
    for (const { weight } of all) expect(weight).toBeCloseTo(0.5, 6);
  });

  it('hold every piece of a word, in ascending order of token and patch', () => {
    const pairs = attentionPairs(
      [
        { word: { start: 5, end: 7 }, map: mapOf({ 24: 1 }) },
        { word: { start: 1, end: 2 }, map: mapOf({ 0: 1 }) },
      ],
      choice,
    );
    expect(pairs.map(({ token, patch }) => [token, patch])).toEqual(
      [1, 5, 6].flatMap((token) => (token === 1 ? [5, 14, 30] : [13, 29, 54]).map((patch) => [token, patch])),
    );
  });
});

it('meanMap is the mean of the rows of the pieces', () => {
  const attention = Float32Array.of(1, 0, 0.5, 0.5, 0, 1);
  expect([...meanMap(attention, 2, { start: 1, end: 3 })]).toEqual([0.25, 0.75]);
  expect([...meanMap(attention, 2, { start: 0, end: 1 })]).toEqual([1, 0]);
});
