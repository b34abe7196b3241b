import { describe, expect, it } from '@jest/globals';
import { featureSlotCount, featureSlots, patchSlots } from '@kaleido/layout';
import { resizeImage } from '../image/resize-image.ts';
import { type RgbImage, wholeImage } from '../image/rgb-image.ts';
import { rotate90 } from '../image/rotate-image.ts';
import { kaleidoPatches } from '../kaleido-patches.ts';
import { pixelExtractor } from './pixel-extractor.ts';

const size = { width: 4, height: 4 };
const image: RgbImage = {
  width: 20,
  height: 40,
  data: Uint8Array.from({ length: 2400 }, (_, i) => (i * 37 + (i >> 4) * 11) % 256),
};
const box = { x0: 0, y0: 10, x1: 20, y1: 30 };
const patches = kaleidoPatches(box);

function expectClose(actual: Float32Array, expected: Float32Array, tolerance = 1e-5): void {
  expect(actual).toHaveLength(expected.length);
  expect(actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0)).toBeLessThan(tolerance);
}

describe('pixelExtractor', () => {
  const extractor = pixelExtractor({ size: 4 });
  const vector = (features: Float32Array, slot: number): Float32Array =>
    features.subarray(slot * extractor.featureWidth, (slot + 1) * extractor.featureWidth);
  const expected = ({ data }: RgbImage): Float32Array => Float32Array.from(data, (value) => value / 255);

  it('has a name, settings and a width', () => {
    expect(extractor).toMatchObject({ name: 'pixels', weightsHash: '', settings: { size: 4 }, featureWidth: 48 });
    expect(pixelExtractor()).toMatchObject({ settings: { size: 16 }, featureWidth: 768 });
  });

  it('puts the pixels of each patch, 0..1, in its slot', async () => {
    const features = await extractor.extract([{ image, patches }]);
    expect(features).toHaveLength(featureSlotCount * 48);
    for (const [index, patch] of patches.entries())
      expectClose(vector(features, patchSlots[index]!), expected(resizeImage(image, patch.box, size)));
  });

  it('puts the object rotated clockwise in slots 1 to 3', async () => {
    const features = await extractor.extract([{ image, patches }]);
    for (const turns of [1, 2, 3] as const) {
      const cut = resizeImage(image, box, { width: 20, height: 20 });
      const turned = rotate90({ width: 20, height: 20, data: cut.data }, turns);
      // The two passes round in another order: at most one level of difference.
      expectClose(vector(features, turns), expected(resizeImage(turned, wholeImage(turned), size)), 1.001 / 255);
    }
  });

  it('stores level 4 in grey', async () => {
    const features = await extractor.extract([{ image, patches }]);
    const { grey, colour } = featureSlots;
    for (let i = 0; i < 16; i++) {
      const coloured = vector(features, colour.start + i);
      const greyed = vector(features, grey.start + i);
      for (let pixel = 0; pixel < 48; pixel += 3) {
        const luma = 0.299 * coloured[pixel]! + 0.587 * coloured[pixel + 1]! + 0.114 * coloured[pixel + 2]!;
        // Rounded to whole levels.
        for (let channel = 0; channel < 3; channel++)
          expect(Math.abs(greyed[pixel + channel]! - luma)).toBeLessThan(0.501 / 255);
      }
    }
  });

  it('gives an image the same vectors alone and among others', async () => {
    const other: RgbImage = { ...image, data: image.data.map((value) => 255 - value) };
    const together = await extractor.extract([
      { image: other, patches },
      { image, patches },
    ]);
    expect(together.subarray(featureSlotCount * 48)).toEqual(await extractor.extract([{ image, patches }]));
  });

  it('accepts a single pixel', async () => {
    const pixel = { width: 1, height: 1, data: Uint8Array.of(255, 0, 51) };
    const features = await extractor.extract([{ image: pixel, patches: kaleidoPatches(wholeImage(pixel), pixel) }]);
    expectClose(vector(features, 73).subarray(0, 3), Float32Array.of(1, 0, 0.2));
  });
});
