import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Box } from '../box.ts';
import { enlargeMask, objectInMask, type SaliencyMask } from './object-in-mask.ts';

/** A mask with 1 in the boxes and 0 outside. */
function maskOf(width: number, height: number, ...boxes: readonly Box[]): SaliencyMask {
  const shares = new Float32Array(width * height);
  for (const { x0, y0, x1, y1 } of boxes) for (let y = y0; y < y1; y++) shares.fill(1, y * width + x0, y * width + x1);
  return { width, height, shares };
}

const box = { x0: 10, y0: 5, x1: 30, y1: 35 };
const image = { width: 80, height: 120 };

describe('objectInMask', () => {
  it('gives the box in the picture, with the padding, and how much of it the object covers', () => {
    const mask = maskOf(40, 40, box);
    // The picture is twice as wide and three times as high as the mask.
    const tight = objectInMask(mask, image, { padding: 0 });
    expect(tight).toEqual({ x0: 20, y0: 15, x1: 60, y1: 105, coverage: 1 });
    // A tenth of the longer side, 9 pixels, clipped to the picture.
    expect(objectInMask(mask, image, { padding: 0.1 })).toMatchObject({ x0: 11, y0: 6, x1: 69, y1: 114 });
    expect(objectInMask(mask, image, { padding: 5 })).toMatchObject({ x0: 0, y0: 0, x1: 80, y1: 120 });
  });

  it('keeps connected parts and drops small separate ones', () => {
    const pair = [
      { x0: 2, y0: 10, x1: 14, y1: 30 },
      { x0: 20, y0: 10, x1: 30, y1: 30 },
    ];
    const logo = { x0: 36, y0: 0, x1: 40, y1: 4 };
    const mask = maskOf(40, 40, ...pair, logo);
    expect(objectInMask(mask, mask, { padding: 0 })).toMatchObject({ x0: 2, y0: 10, x1: 30, y1: 30 });
    expect(objectInMask(mask, mask, { padding: 0, keep: 1 })).toMatchObject({ x0: 2, x1: 14 });
    expect(objectInMask(mask, mask, { padding: 0, keep: 0 })).toMatchObject({ x1: 40, y0: 0 });
  });

  it('takes the whole picture if nothing or everything is object, and reports it', () => {
    for (const [mask, fallback] of [
      [maskOf(40, 40), 'nothing found'],
      [maskOf(40, 40, { x0: 3, y0: 3, x1: 5, y1: 5 }), 'nothing found'],
      [maskOf(40, 40, { x0: 0, y0: 0, x1: 40, y1: 40 }), 'everything found'],
      [{ width: 40, height: 40, shares: new Float32Array(1600).fill(Number.NaN) }, 'nothing found'],
    ] as const)
      expect(objectInMask(mask, image, { cutOut: true })).toEqual({ x0: 0, y0: 0, x1: 80, y1: 120, fallback });
  });

  it('uses the given threshold', () => {
    const mask = maskOf(40, 40, box);
    const weak = { ...mask, shares: mask.shares.map((share) => 0.4 * share) };
    expect(objectInMask(weak, weak)).toMatchObject({ fallback: 'nothing found' });
    expect(objectInMask(weak, weak, { threshold: 0.3, padding: 0 })).toMatchObject(box);
  });

  it('gives a mask of the parts it keeps, in the size of the picture', () => {
    const mask = maskOf(40, 40, box, { x0: 36, y0: 0, x1: 40, y1: 4 });
    const { mask: cut } = objectInMask(mask, image, { cutOut: true });
    expect(cut).toHaveLength(80 * 120);
    const at = (x: number, y: number): number => cut![y * 80 + x]!;
    expect([at(21, 16), at(58, 103), at(17, 50), at(40, 10), at(78, 2)]).toEqual([1, 1, 0, 0, 0]);
  });

  it('gives a box inside the picture, with an area, for any mask', () => {
    const size = fc.integer({ min: 1, max: 24 });
    fc.assert(
      fc.property(size, size, size, size, fc.nat(), (width, height, imageWidth, imageHeight, seed) => {
        const shares = Float32Array.from({ length: width * height }, (_, i) => Math.sin(seed + i * i) / 2 + 0.5);
        const found = objectInMask({ width, height, shares }, { width: imageWidth, height: imageHeight });
        expect([found.x0, found.y0, found.x1, found.y1].every(Number.isInteger)).toBe(true);
        expect(found.x0 >= 0 && found.y0 >= 0).toBe(true);
        expect(found.x1 > found.x0 && found.y1 > found.y0).toBe(true);
        expect(found.x1 <= imageWidth && found.y1 <= imageHeight).toBe(true);
      }),
    );
  });
});

describe('enlargeMask', () => {
  it('is bilinear between the centres of the cells', () => {
    const row = enlargeMask({ width: 2, height: 1, shares: Float32Array.of(0, 1) }, { width: 4, height: 1 });
    expect([...row]).toEqual([0, 0.25, 0.75, 1]);
  });
});
