import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { percent } from '../../parts/percent.ts';
import { closenessOf } from './closeness.ts';
import { drawHidden, drawNext, drawOrder, drawOther, drawSwapped, drawTurns, objectShares } from './draw-puzzle.ts';
import { arrangedBy, orderOf, shown, swapped } from './orders.ts';
import { parseRounds, type Round, scoreOf, withRound } from './rounds.ts';

describe('a drawn puzzle', () => {
  it('is the same for the same seed and photograph, and within its bounds', () => {
    fc.assert(
      fc.property(fc.nat(), fc.string(), (seed, id) => {
        expect(drawTurns(seed, id)).toBe(drawTurns(seed, id));
        expect([0, 1, 2, 3]).toContain(drawTurns(seed, id));
        expect(drawOrder(seed, id)).toBeLessThan(24);
        expect(['a', 'b']).toContain(drawOther(seed, id, ['a', 'b']));
        expect(['a', 'b']).toContain(drawNext(seed, ['a', 'b']));
      }),
    );
    expect(drawOther(1, 'a', [])).toBeUndefined();
    expect(drawNext(1, [])).toBeUndefined();
  });

  it('draws every answer', () => {
    const seeds = Array.from({ length: 400 }, (_, seed) => seed);
    expect(new Set(seeds.map((seed) => drawTurns(seed, 'g01'))).size).toBe(4);
    expect(new Set(seeds.map((seed) => drawOrder(seed, 'g01'))).size).toBe(24);
    const full = new Array<number>(9).fill(1);
    expect(new Set(seeds.map((seed) => drawSwapped(seed, 'g01', full, full))).size).toBe(9);
  });

  it('hides patches that show the object, as far as there are any', () => {
    const shares = new Array<number>(16).fill(0.1);
    shares[3] = 0.9;
    shares[9] = 0.6;
    for (let seed = 0; seed < 20; seed++) expect(drawHidden('grey', seed, 'g01', shares)).toEqual([3, 9]);
    shares[9] = 0.2;
    for (let seed = 0; seed < 20; seed++) expect(drawHidden('grey', seed, 'g01', shares)).toEqual([3, 9]);
    expect(drawHidden('blank', 1, 'g01', new Array<number>(25).fill(0))).toHaveLength(3);
    const own = new Array<number>(9).fill(0);
    const other = own.with(7, 1);
    expect(drawSwapped(5, 'g01', own, other)).toBe(7);
  });

  it('knows how much of a patch shows the object', () => {
    // 4 x 4 pixels with the object in the left half; patches of level 1 and 2, and of no others.
    const mask = Uint8Array.from({ length: 16 }, (_, i) => (i % 4 < 2 ? 1 : 0));
    const box = (x0: number, y0: number, x1: number, y1: number) => ({ x0, y0, x1, y1 });
    const patches = [box(0, 0, 4, 4), box(0, 0, 2, 2), box(2, 0, 4, 2), box(0, 2, 2, 4), box(1, 2, 3, 4)];
    expect(objectShares('rotation', { width: 4, mask, patches })).toEqual([0.5]);
    expect(objectShares('jigsaw', { width: 4, mask, patches })).toEqual([1, 0, 1, 0.5]);
    expect(objectShares('jigsaw', { width: 4, patches })).toEqual([1, 1, 1, 1]);
  });
});

describe('orders of four pieces', () => {
  it('are undone by their own arrangement alone', () => {
    for (let order = 0; order < 24; order++) {
      const pieces = shown(order);
      expect(arrangedBy(order).map((place) => pieces[place])).toEqual([0, 1, 2, 3]);
      expect(orderOf(arrangedBy(order))).toBe(order);
    }
  });

  it('are changed two places at a time', () => {
    expect(swapped([0, 1, 2, 3], 1, 3)).toEqual([0, 3, 2, 1]);
    expect(swapped([2, 0, 1, 3], 0, 0)).toEqual([2, 0, 1, 3]);
  });
});

describe('the score', () => {
  const round = (key: string, visitor: number, model?: number): Round => ({
    key,
    kind: 'turn',
    truth: 2,
    visitor,
    ...(model === undefined ? {} : { model }),
  });

  it('counts what both have answered', () => {
    const rounds = [
      round('a', 2, 1),
      round('b', 2, 2),
      round('c', 2),
      { ...round('d', 0, 2), kind: 'shuffle' } as const,
    ];
    expect(scoreOf(rounds)).toEqual({ visitor: 2, model: 2, played: 3 });
    expect(scoreOf(rounds, 'turn')).toEqual({ visitor: 2, model: 1, played: 2 });
    expect(scoreOf([], 'turn')).toEqual({ visitor: 0, model: 0, played: 0 });
  });

  it('counts a puzzle once, and forgets the oldest', () => {
    const first = withRound([], round('a', 2));
    expect(withRound(first, round('a', 2, 1))).toEqual([round('a', 2, 1)]);
    expect(withRound(first, round('b', 2), 1)).toEqual([round('b', 2)]);
  });

  it('is read back, without what is damaged', () => {
    expect(parseRounds(JSON.stringify([round('a', 2, 1), { key: 'b' }, 3, null]))).toEqual([round('a', 2, 1)]);
    for (const text of [null, '', '{', '{}', '"x"', '[{"key":"a","kind":"grey","truth":1,"visitor":1}]'])
      expect(parseRounds(text)).toEqual([]);
  });
});

describe('words for numbers', () => {
  it('say how near a guess is', () => {
    expect(closenessOf(2, 1)).toMatch(/^No nearer/);
    expect(closenessOf(1, 1)).toMatch(/^No nearer/);
    expect(closenessOf(Number.NaN, 1)).toMatch(/^No nearer/);
    expect(closenessOf(1, 1.1)).toMatch(/^Little nearer/);
    expect(closenessOf(1, 5.16)).toMatch(/^5\.2 times as near/);
    expect(closenessOf(0, 1)).toMatch(/^999 times as near/);
  });

  it('never round a doubt away', () => {
    expect([0, 0.004, 0.5, 0.995, 1].map(percent)).toEqual(['0 %', '< 1 %', '50 %', '> 99 %', '100 %']);
  });
});
