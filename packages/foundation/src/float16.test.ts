import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { float16Table, fromFloat16Bits, toFloat16Bits } from './float16.ts';

describe('toFloat16Bits and fromFloat16Bits', () => {
  // IEEE 754 binary16, worked out by hand.
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [0.5, 0x3800],
    [1 / 3, 0x3555],
    [0.1, 0x2e66],
    [Math.PI, 0x4248],
    [1024.5, 0x6400], // a tie: even stays
    [1025.5, 0x6402], // a tie: odd goes up
    [65_504, 0x7bff], // the largest
    [65_519.99, 0x7bff],
    [65_520, 0x7c00], // from here on nearer to infinity
    [1e300, 0x7c00],
    [Number.POSITIVE_INFINITY, 0x7c00],
    [Number.NEGATIVE_INFINITY, 0xfc00],
    [2 ** -14, 0x0400], // the smallest normal number
    [2 ** -14 - 2 ** -24, 0x03ff], // the largest subnormal one
    [2 ** -24, 0x0001], // the smallest
    [2 ** -25, 0x0000], // a tie with zero, which is even
    [2 ** -25 * 1.0001, 0x0001],
    [-1e-300, 0x8000],
    [1 + 2 ** -11, 0x3c00], // a tie
    [1 + 2 ** -11 + 2 ** -40, 0x3c01], // above the tie by less than single precision resolves
    [1 + 3 * 2 ** -11 - 2 ** -40, 0x3c01], // and below one
  ])('%d has the bits %i', (value, bits) => {
    expect(toFloat16Bits(value)).toBe(bits);
  });

  it('keeps NaN', () => {
    expect(fromFloat16Bits(toFloat16Bits(Number.NaN))).toBeNaN();
  });

  it('returns each of the 65,536 patterns', () => {
    const table = float16Table();
    const wrong: number[] = [];
    for (let bits = 0; bits < 65_536; bits++) {
      const value = table[bits]!;
      // NaN has many patterns and is returned as one of them.
      const isRight = Number.isNaN(value) ? (bits & 0x7c00) === 0x7c00 : toFloat16Bits(value) === bits;
      if (!isRight) wrong.push(bits);
    }
    expect(wrong).toEqual([]);
    expect(table.filter((value) => Number.isNaN(value))).toHaveLength(2 * 1023);
  });

  it('rounds to the nearest neighbour, and ties to even', () => {
    fc.assert(
      fc.property(fc.double({ min: -65_504, max: 65_504, noNaN: true }), (value) => {
        const bits = toFloat16Bits(value);
        const error = Math.abs(fromFloat16Bits(bits) - value);
        for (const neighbour of [bits - 1, bits + 1]) {
          const other = fromFloat16Bits(neighbour);
          if (neighbour < 0 || !Number.isFinite(other)) continue;
          const otherError = Math.abs(other - value);
          if (otherError < error || (otherError === error && (bits & 1) === 1 && other !== fromFloat16Bits(bits)))
            throw new Error(`${value} went to ${fromFloat16Bits(bits)}, but ${other} is nearer`);
        }
      }),
      { numRuns: 5000 },
    );
  });
});
