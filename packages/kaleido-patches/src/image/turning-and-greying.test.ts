import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { greyPixels, toGrey } from './grey-image.ts';
import type { RgbImage } from './rgb-image.ts';
import { type QuarterTurns, rotate90 } from './rotate-image.ts';

/** A picture with the given red channel, row by row. */
const picture = (rows: readonly (readonly number[])[]): RgbImage => ({
  width: rows[0]!.length,
  height: rows.length,
  data: Uint8Array.from(rows.flat().flatMap((red) => [red, 0, 0])),
});
const red = ({ width, height, data }: RgbImage): number[][] =>
  Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => data[3 * (y * width + x)]!));

describe('rotate90', () => {
  const image = picture([
    [1, 2, 3],
    [4, 5, 6],
  ]);

  it('rotates clockwise', () => {
    expect(red(rotate90(image, 0))).toEqual(red(image));
    expect(red(rotate90(image, 1))).toEqual([
      [4, 1],
      [5, 2],
      [6, 3],
    ]);
    expect(red(rotate90(image, 2))).toEqual([
      [6, 5, 4],
      [3, 2, 1],
    ]);
    expect(red(rotate90(image, 3))).toEqual([
      [3, 6],
      [2, 5],
      [1, 4],
    ]);
  });

  it('does not change the original, nor a Buffer', () => {
    const data = Buffer.from(image.data);
    const turned = rotate90({ ...image, data }, 1);
    expect(turned).toEqual(rotate90(image, 1));
    toGrey({ ...image, data });
    expect(new Uint8Array(data)).toEqual(image.data);
  });

  it('composes', () => {
    const turns = fc.integer({ min: 0, max: 3 }) as fc.Arbitrary<QuarterTurns>;
    fc.assert(
      fc.property(turns, turns, (first, second) => {
        const both = ((first + second) % 4) as QuarterTurns;
        expect(rotate90(rotate90(image, first), second)).toEqual(rotate90(image, both));
      }),
    );
  });
});

describe('toGrey', () => {
  it('gives the luma of ITU-R BT.601, rounded', () => {
    const image = { width: 4, height: 1, data: Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30) };
    // .299 x 255 = 76.2; .587 x 255 = 149.7; .114 x 255 = 29.1; 2.99 + 11.74 + 3.42 = 18.2
    expect([...toGrey(image).data]).toEqual([76, 76, 76, 150, 150, 150, 29, 29, 29, 18, 18, 18]);
  });

  it('keeps white white, and does not round floats', () => {
    expect([...greyPixels(Uint8Array.of(255, 255, 255))]).toEqual([255, 255, 255]);
    expect(greyPixels(Float32Array.of(0.5, 0.5, 0.5))[0]).toBeCloseTo(0.5, 6);
  });
});
