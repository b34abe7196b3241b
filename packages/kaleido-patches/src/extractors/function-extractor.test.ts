import { describe, expect, it } from '@jest/globals';
import { featureSlots } from '@kaleido/layout';
import type { RgbImage } from '../image/rgb-image.ts';
import { kaleidoPatches } from '../kaleido-patches.ts';
import { colourExtractor } from './colour-extractor.ts';
import { functionExtractor } from './function-extractor.ts';
import { joinExtractors } from './joined-extractor.ts';

/** Red on the left, blue on the right. */
const image: RgbImage = {
  width: 20,
  height: 10,
  data: Uint8Array.from({ length: 600 }, (_, i) => (Math.floor(i / 3) % 20 < 10 ? [204, 0, 0] : [0, 0, 255])[i % 3]!),
};
const patched = { image, patches: kaleidoPatches({ x0: 0, y0: 0, x1: 20, y1: 10 }) };
const inputSize = { width: 2, height: 2 };

/** The mean of each channel. */
const means = (pixels: Float32Array, patches: number): Float32Array =>
  Float32Array.from({ length: patches * 3 }, (_, i) => {
    const start = Math.floor(i / 3) * 12 + (i % 3);
    return (pixels[start]! + pixels[start + 3]! + pixels[start + 6]! + pixels[start + 9]!) / 4;
  });

describe('functionExtractor', () => {
  it('passes every patch to the function, and puts its vectors in their slots', async () => {
    const given: number[] = [];
    const extractor = functionExtractor({
      name: 'means',
      featureWidth: 3,
      inputSize,
      normalisation: 'unit',
      patchesPerPass: 50,
      embed: (pixels, patches) => {
        given.push(patches);
        return means(pixels, patches);
      },
    });
    expect(extractor).toMatchObject({ name: 'means', weightsHash: '', inputSize, normalisation: 'unit' });
    const features = await extractor.extract([patched, patched]);
    // The patches of both images together, in the batch size requested.
    expect(given).toEqual([50, 50, 48]);
    const vector = (slot: number): number[] => [...features.subarray(3 * slot, 3 * slot + 3)];
    expect(vector(featureSlots.jigsaw.start)[0]).toBeCloseTo(0.8, 5);
    expect(vector(featureSlots.jigsaw.start + 1)[2]).toBeCloseTo(1, 5);
    expect(new Set(vector(featureSlots.grey.start)).size).toBe(1);
    expect(features.subarray(0, 222)).toEqual(features.subarray(222));
  });

  it('joins with other extractors', async () => {
    const mine = functionExtractor({ name: 'means', featureWidth: 3, inputSize, embed: means });
    const joined = joinExtractors([mine, colourExtractor({ cells: 0 })]);
    expect(joined.featureWidth).toBe(67);
    const features = await joined.extract([patched]);
    expect(features).toHaveLength(74 * 67);
    expect(features[67 * featureSlots.jigsaw.start]).toBe(204);
  });

  it('refuses a function that returns the wrong number of values', async () => {
    const wrong = functionExtractor({ name: 'wrong', featureWidth: 4, inputSize, embed: means });
    await expect(wrong.extract([patched])).rejects.toThrow(
      '@kaleido/kaleido-patches: the extractor wrong must give 4 numbers for each of 74 patches, found 222; return them',
    );
  });
});
