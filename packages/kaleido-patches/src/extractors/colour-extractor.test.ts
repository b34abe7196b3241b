import { describe, expect, it } from '@jest/globals';
import { featureSlotCount, featureSlots } from '@kaleido/layout';
import type { RgbImage } from '../image/rgb-image.ts';
import { kaleidoPatches } from '../kaleido-patches.ts';
import { colourExtractor } from './colour-extractor.ts';
import { createExtractor } from './create-extractor.ts';
import { joinExtractors } from './joined-extractor.ts';
import { pixelExtractor } from './pixel-extractor.ts';

const side = 16; // the extractor works on 16 x 16 pixels, so nothing is resized
/** Left half red, right half a dark blue. */
const image: RgbImage = {
  width: side,
  height: side,
  data: Uint8Array.from({ length: 3 * side * side }, (_, i) => {
    const colour = Math.floor(i / 3) % side < side / 2 ? [255, 0, 0] : [0, 0, 100];
    return colour[i % 3]!;
  }),
};
const patches = kaleidoPatches({ x0: 0, y0: 0, x1: side, y1: side });
const red = 3 * 16;
const blue = 1;

describe('colourExtractor', () => {
  const extractor = colourExtractor();
  const vectorOf = async (slot: number): Promise<Float32Array> => {
    const features = await extractor.extract([{ image, patches }]);
    expect(features).toHaveLength(featureSlotCount * extractor.featureWidth);
    return features.subarray(slot * extractor.featureWidth, (slot + 1) * extractor.featureWidth);
  };

  it('has a name, settings and a width', () => {
    expect(extractor).toMatchObject({ name: 'colours', settings: { bins: 4, cells: 4 }, featureWidth: 64 + 48 });
    expect(colourExtractor({ bins: 2, cells: 1 })).toMatchObject({ featureWidth: 8 + 3 });
    expect(colourExtractor({ bins: 3, cells: 0 })).toMatchObject({ featureWidth: 27 });
  });

  it('gives the square roots of the colour shares, then a thumbnail', async () => {
    const whole = await vectorOf(0);
    expect(whole[red]).toBeCloseTo(Math.SQRT1_2, 6);
    expect(whole[blue]).toBeCloseTo(Math.SQRT1_2, 6);
    expect(whole.subarray(0, 64).reduce((sum, root) => sum + root * root, 0)).toBeCloseTo(1, 6);
    const thumbnail = Array.from(whole.subarray(64), (value) => Math.round(255 * value));
    const row = [255, 0, 0, 255, 0, 0, 0, 0, 100, 0, 0, 100];
    expect(thumbnail).toEqual([...row, ...row, ...row, ...row]);
  });

  it('extracts each patch separately, also rotated and grey ones', async () => {
    const first = await vectorOf(featureSlots.jigsaw.start);
    expect([first[red], first[blue]]).toEqual([1, 0]);
    const turned = await vectorOf(featureSlots.rotation.start + 1); // clockwise: the left half is now on top
    expect(Array.from(turned.subarray(64, 67), Math.round)).toEqual([1, 0, 0]);
    expect(turned[64 + 47]).toBeCloseTo(100 / 255, 6);
    const grey = await vectorOf(featureSlots.grey.start);
    const thumbnail = grey.subarray(64);
    for (const value of thumbnail) expect(value).toBeCloseTo(76 / 255, 6);
    expect(grey.subarray(0, 64)[1 * 16 + 1 * 4 + 1]).toBeCloseTo(1, 6);
  });
});

it.each([{ bins: 0 }, { bins: 2.5 }, { bins: 17 }, { cells: 3 }, { cells: -1 }, { cells: 32 }])(
  'refuses %j',
  (options) => {
    expect(() => colourExtractor(options)).toThrow('@kaleido/kaleido-patches: colours are counted in 1 to 16 steps');
  },
);

describe('joinExtractors', () => {
  it("concatenates the parts' vectors", async () => {
    const parts = [pixelExtractor({ size: 2 }), colourExtractor({ bins: 2, cells: 1 })] as const;
    const joined = joinExtractors(parts);
    expect(joined).toMatchObject({
      name: 'pixels+colours',
      settings: { 'pixels.size': 2, 'colours.bins': 2, 'colours.cells': 1 },
      featureWidth: 12 + 11,
      precision: 'byte',
    });
    const images = [
      { image, patches },
      { image, patches: kaleidoPatches({ x0: 5, y0: 0, x1: 16, y1: 11 }) },
    ];
    const features = await joined.extract(images);
    const [pixels, colours] = [await parts[0].extract(images), await parts[1].extract(images)];
    expect(features).toHaveLength(2 * featureSlotCount * 23);
    for (let row = 0; row < 2 * featureSlotCount; row++) {
      expect(features.subarray(row * 23, row * 23 + 12)).toEqual(pixels.subarray(row * 12, (row + 1) * 12));
      expect(features.subarray(row * 23 + 12, (row + 1) * 23)).toEqual(colours.subarray(row * 11, (row + 1) * 11));
    }
  });

  it('is made from a description', async () => {
    const description = {
      kind: 'joined',
      parts: [{ kind: 'mobilenet-v2', scheme: 'pooled-map' }, { kind: 'colours' }],
    };
    const extractor = await createExtractor(description as Parameters<typeof createExtractor>[0]);
    expect(extractor).toMatchObject({ name: 'mobilenet-v2+colours', featureWidth: 1280 + 112, precision: 'float16' });
    expect(extractor.weightsHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([[[]], [[pixelExtractor(), pixelExtractor({ size: 8 })]]])('refuses no parts, and equal names', (parts) => {
    expect(() => joinExtractors(parts)).toThrow('@kaleido/kaleido-patches: extractors are joined one of each kind');
  });
});
