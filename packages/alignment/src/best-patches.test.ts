import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bestPatches } from './best-patches.ts';

const chosen = (scores: number[], keep: number, mostPatches: number) =>
  bestPatches(Float64Array.from(scores), { keep, mostPatches }).map(({ index, share }) => [index, share]);

describe('bestPatches', () => {
  it.each<[string, number[], number, number, number[][]]>([
    [
      'the best and those near it',
      [1, 4, 3, 2],
      0.75,
      3,
      [
        [1, 1],
        [2, 0.75],
      ],
    ],
    [
      'at most so many',
      [4, 4, 4, 4],
      0.5,
      2,
      [
        [0, 1],
        [1, 1],
      ],
    ],
    ['of equal ones the lower index', [0, 2, 2, 2], 1, 1, [[1, 1]]],
    ['the best alone if none is above 0', [-3, -1, -2], 0, 3, [[1, 1]]],
    ['none without a share of the best', [2, 0, -1], 0, 3, [[0, 1]]],
  ])('chooses %s', (_, scores, keep, most, expected) => expect(chosen(scores, keep, most)).toEqual(expected));

  it('gives shares in (0, 1], the best first', () => {
    const scores = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 25 });
    fc.assert(
      fc.property(
        scores,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 9 }),
        (all, keep, most) => {
          const shares = chosen(all, keep, most).map(([, share]) => share!);
          expect(shares[0]).toBe(1);
          expect(shares.length).toBeLessThanOrEqual(most);
          for (const [at, share] of shares.entries()) {
            expect(share > 0 && share >= keep && share <= 1).toBe(true);
            if (at > 0) expect(share).toBeLessThanOrEqual(shares[at - 1]!);
          }
        },
      ),
    );
  });
});
