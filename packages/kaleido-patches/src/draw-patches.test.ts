import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { drawPatches } from './draw-patches.ts';
import type { RgbImage } from './image/rgb-image.ts';
import { kaleidoPatches } from './kaleido-patches.ts';

const filled = (width: number, height: number, colour: readonly [number, number, number]): RgbImage => {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i += 3) data.set(colour, i);
  return { width, height, data };
};
const pixel = ({ width, data }: RgbImage, x: number, y: number): number[] => [
  ...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3),
];

describe('drawPatches', () => {
  const image = filled(60, 90, [10, 120, 60]);
  const patches = kaleidoPatches({ x0: 0, y0: 0, x1: 60, y1: 90 }, image);

  it('draws the picture with its box, and the patches of each level with gaps', () => {
    const drawing = drawPatches(image, patches, { side: 100 });
    expect([drawing.width, drawing.height]).toEqual([600, 100]);
    expect(pixel(drawing, 50, 50)).toEqual([10, 120, 60]);
    // The box's outline at the top of the picture, which is 59 x 88 and centred in the first part.
    expect(pixel(drawing, 50, 6)).toEqual([226, 36, 72]);
    // Level 1 is one piece; the background shows between the four patches of level 2.
    expect(pixel(drawing, 150, 50)).toEqual([10, 120, 60]);
    expect(pixel(drawing, 249, 48)).toEqual(pixel(drawing, 0, 0));
  });

  it('dims pixels outside the mask, and does not change the picture', () => {
    const mask = new Uint8Array(60 * 90);
    const drawing = drawPatches(image, patches, { side: 100, levels: [1], mask });
    expect(drawing.width).toBe(200);
    expect(pixel(drawing, 50, 50)[0]).toBeGreaterThan(100);
    expect(pixel(image, 30, 30)).toEqual([10, 120, 60]);
  });

  it('draws very thin pictures', () => {
    const side = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        const any = filled(width, height, [1, 2, 3]);
        const drawing = drawPatches(any, kaleidoPatches({ x0: 0, y0: 0, x1: width, y1: height }, any), { side: 60 });
        expect([drawing.width, drawing.height]).toEqual([360, 60]);
      }),
      {
        numRuns: 60,
        examples: [
          [1, 1],
          [300, 1],
          [3, 200],
        ],
      },
    );
  });
});
