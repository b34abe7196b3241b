import { describe, expect, it } from '@jest/globals';
import { KaleidoError, randomStream } from '@kaleido/foundation';
import fc from 'fast-check';
import { catalogueOf, type Row, rows } from '../test/small-catalogue.ts';
import { negativeSampler } from './index.ts';

const catalogue = catalogueOf(rows);
const fits = (a: Row, b: Row): boolean => a.product !== b.product && a.caption !== b.caption;
const draws = (row: number, count: number, sampler = negativeSampler(catalogue)): number[] => {
  const random = randomStream(1, 'draws', row);
  return Array.from({ length: count }, () => sampler.draw(row, random));
};

/** Small catalogues with many views, equal captions and products that are alone in their sub-category. */
const catalogues = fc.array(
  fc.record({ product: fc.nat({ max: 5 }), caption: fc.nat({ max: 5 }), group: fc.nat({ max: 2 }) }),
  { minLength: 2, maxLength: 12 },
);

describe('negativeSampler', () => {
  it('draws every fitting row of the sub-category, and no other', () => {
    expect(new Set(draws(0, 300))).toEqual(new Set([2, 3, 4]));
    expect(new Set(draws(2, 300))).toEqual(new Set([0, 1, 4]));
    expect(new Set(draws(10, 300))).toEqual(new Set([5, 6, 7, 8]));
  });

  it('uses other sub-categories if its own has none', () => {
    expect(new Set(draws(9, 500))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11]));
  });

  it('never draws the same product or the same caption, and stays in the sub-category where it can', () => {
    fc.assert(
      fc.property(catalogues, fc.integer(), (of, seed) => {
        const sampler = negativeSampler(catalogueOf(of));
        const random = randomStream(seed);
        for (const [row, own] of of.entries()) {
          const possible = of.filter((other) => fits(own, other));
          if (possible.length === 0) {
            expect(() => sampler.draw(row, random)).toThrow(/has no negative/);
            continue;
          }
          const drawn = of[sampler.draw(row, random)]!;
          expect(fits(own, drawn)).toBe(true);
          if (possible.some(({ group }) => group === own.group)) expect(drawn.group).toBe(own.group);
        }
      }),
    );
  });

  it('throws if nothing can be a negative', () => {
    const same = catalogueOf([rows[2]!, rows[3]!, rows[3]!]);
    let error: unknown;
    try {
      draws(0, 1, negativeSampler(same));
    } catch (caught) {
      error = caught;
    }
    expect(KaleidoError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      message:
        '@kaleido/pretrain-tasks: row 0 has no negative: every product is the same, or has the same caption or picture, found "3 rows"; give at least two products with different captions and pictures',
    });
  });

  it('takes hard negatives as often as requested, and only those that are negatives', () => {
    const hard = { perRow: 3, share: 0.5, rows: new Int32Array(rows.length * 3).fill(-1) };
    // Of row 0: one of another sub-category, another view of the same product, and an empty place.
    hard.rows.set([7, 1, -1], 0);
    const drawn = draws(0, 3000, negativeSampler(catalogue, hard));
    expect(new Set(drawn)).toEqual(new Set([2, 3, 4, 7]));
    // A draw is hard half of the time, and then a third of them can be used.
    expect(drawn.filter((row) => row === 7).length / 3000).toBeCloseTo(1 / 6, 1);
    expect(new Set(draws(0, 300, negativeSampler(catalogue, { ...hard, share: 0 })))).toEqual(new Set([2, 3, 4]));
  });

  it('draws the same from the same stream', () => {
    expect(draws(5, 40)).toEqual(draws(5, 40));
  });
});

describe('negativeSampler of a catalogue with repeated pictures', () => {
  const repeated = fc.array(
    fc.record({
      product: fc.nat({ max: 6 }),
      caption: fc.nat({ max: 8 }),
      group: fc.nat({ max: 1 }),
      image: fc.nat({ max: 8 }),
    }),
    { minLength: 2, maxLength: 14 },
  );

  it('never draws a picture of the product, even from another product', () => {
    fc.assert(
      fc.property(repeated, fc.integer(), (of, seed) => {
        const sampler = negativeSampler(catalogueOf(of));
        const random = randomStream(seed);
        const viewsOf = ({ product }: Row): readonly Row[] => of.filter((one) => one.product === product);
        const apart = (a: Row, b: Row): boolean =>
          a.product !== b.product &&
          a.caption !== b.caption &&
          viewsOf(a).every(({ image }) => image !== b.image) &&
          viewsOf(b).every(({ image }) => image !== a.image);
        for (const [row, own] of of.entries()) {
          for (const [other, candidate] of of.entries())
            expect([row, other, sampler.fits(row, other)]).toEqual([row, other, apart(own, candidate)]);
          if (!of.some((other) => apart(own, other)))
            expect(() => sampler.draw(row, random)).toThrow(/has no negative/);
          else expect(apart(own, of[sampler.draw(row, random)]!)).toBe(true);
        }
      }),
    );
  });

  it('keeps two products apart that each share a picture with a third', () => {
    const of = [0, 0, 1, 1].map((image, row) => ({ product: [0, 1, 1, 2][row]!, caption: row, group: 0, image }));
    const { fits } = negativeSampler(catalogueOf(of));
    expect([fits(0, 1), fits(0, 2), fits(0, 3), fits(2, 3), fits(1, 3)]).toEqual([false, false, true, false, false]);
  });

  it('draws the same as without pictures if none is repeated', () => {
    const drawn = (of: readonly Row[]): number[][] => {
      const sampler = negativeSampler(catalogueOf(of));
      const random = randomStream(2, 'groups');
      return of.map((_, row) => [sampler.draw(row, random), ...sampler.drawGroup(row, 3, random)]);
    };
    expect(drawn(rows.map((row, image) => ({ ...row, image })))).toEqual(drawn(rows));
  });
});

describe('drawGroup', () => {
  it('begins with the row, and repeats no product and no caption', () => {
    const sampler = negativeSampler(catalogue);
    const random = randomStream(3, 'groups');
    for (let row = 0; row < rows.length; row++)
      for (const others of [0, 1, 3, 6]) {
        const group = sampler.drawGroup(row, others, random);
        expect(group[0]).toBe(row);
        expect(group.length).toBe(others + 1);
        expect(new Set(group.map((one) => rows[one]!.product)).size).toBe(others + 1);
        expect(new Set(group.map((one) => rows[one]!.caption)).size).toBe(others + 1);
      }
  });

  it('stays in the sub-category while that has rows', () => {
    const sampler = negativeSampler(catalogue);
    const random = randomStream(4, 'groups');
    for (let time = 0; time < 50; time++)
      expect(sampler.drawGroup(5, 3, random).every((row) => rows[row]!.group === 1)).toBe(true);
  });

  it('finds the last row that fits, of a catalogue of distinct products', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.integer(), (count, seed) => {
        const of = Array.from({ length: count }, (_, row) => ({ product: row, caption: row, group: row % 3 }));
        const group = negativeSampler(catalogueOf(of)).drawGroup(0, count - 1, randomStream(seed));
        expect([...group].sort((a, b) => a - b)).toEqual(of.map(({ product }) => product));
      }),
    );
  });

  it('repeats rather than failing where the catalogue is too small', () => {
    const of = [0, 1, 2].map((row) => ({ product: row, caption: row, group: 0 }));
    const group = negativeSampler(catalogueOf(of)).drawGroup(0, 4, randomStream(1));
    expect(group.length).toBe(5);
    expect(group.slice(1)).not.toContain(0);
  });
});
