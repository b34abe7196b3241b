import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { randomStream } from '@kaleido/foundation';
import fc from 'fast-check';
import type { Box } from '../box.ts';
import { decodeImage } from '../image/decode-image.ts';
import { type RgbImage, wholeImage } from '../image/rgb-image.ts';
import { backgroundColourForeground } from './background-colour-foreground.ts';

// Boxes of U^2-Net's small saliency model by onnxruntime 1.32.0; see shared/golden/features/README.md.
const golden = fileURLToPath(new URL('../../../../../shared/golden/features/', import.meta.url));
const itGolden = existsSync(golden) ? it : it.skip;

type Colour = readonly [number, number, number];

/** A picture whose pixel at (x, y) has the colour `paint(x, y)`. */
function painted(width: number, height: number, paint: (x: number, y: number) => Colour): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(paint(x, y), 3 * (y * width + x));
  return { width, height, data };
}

const inside = ({ x0, y0, x1, y1 }: Box, x: number, y: number): boolean => x >= x0 && x < x1 && y >= y0 && y < y1;

function overlap(a: Box, b: Box): number {
  const shared =
    Math.max(0, Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0)) * Math.max(0, Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0));
  const area = ({ x0, y0, x1, y1 }: Box): number => (x1 - x0) * (y1 - y0);
  return shared / (area(a) + area(b) - shared);
}

const box = { x0: 40, y0: 25, x1: 90, y1: 110 };
const tight = backgroundColourForeground({ padding: 0 });

describe('backgroundColourForeground', () => {
  it.each<[string, Colour, Colour]>([
    ['a red object on white', [255, 255, 255], [190, 20, 30]],
    ['a pale shirt on white', [255, 255, 255], [228, 228, 232]],
    ['a white shirt on blue', [70, 110, 180], [250, 250, 250]],
    ['a navy dress on black', [0, 0, 0], [25, 30, 80]],
  ])('finds %s to the pixel', async (_, background, object) => {
    const image = painted(128, 128, (x, y) => (inside(box, x, y) ? object : background));
    expect(await tight.find(image)).toEqual({ ...box, coverage: 1 });
  });

  it('adds the padding, a share of the longer side, and stays in the picture', async () => {
    const image = painted(128, 128, (x, y) => (inside(box, x, y) ? [0, 0, 0] : [255, 255, 255]));
    // 10 % of 85 pixels, rounded outwards.
    const found = await backgroundColourForeground({ padding: 0.1 }).find(image);
    expect(found).toMatchObject({ x0: 31, y0: 16, x1: 99, y1: 119 });
    expect(await backgroundColourForeground({ padding: 1 }).find(image)).toMatchObject(wholeImage(image));
  });

  it('follows a background that is lit unevenly, and ignores dust and noise', async () => {
    const random = randomStream(1, 'noise');
    const image = painted(160, 160, (x, y) => {
      if (inside(box, x, y)) return [60, 40, 90];
      if ((x * 31 + y * 17) % 997 === 0) return [0, 0, 0];
      const level = 200 + Math.round(x / 4) + random.integer(5);
      return [level, level, level];
    });
    expect(overlap(await tight.find(image), box)).toBeGreaterThan(0.95);
  });

  it('finds an object cut by the edge of the picture', async () => {
    const cut = { x0: 40, y0: 60, x1: 90, y1: 128 };
    const image = painted(128, 128, (x, y) => (inside(cut, x, y) ? [20, 120, 60] : [240, 235, 230]));
    expect(await tight.find(image)).toMatchObject(cut);
  });

  it('works at any size: a large picture is reduced for the search', async () => {
    const large = { x0: 400, y0: 250, x1: 900, y1: 1100 };
    const image = painted(1280, 1280, (x, y) => (inside(large, x, y) ? [190, 20, 30] : [255, 255, 255]));
    expect(overlap(await tight.find(image), large)).toBeGreaterThan(0.96);
  });

  it('takes the whole picture if there is no object, only the object, or clutter', async () => {
    const random = randomStream(2, 'clutter');
    const plain = painted(64, 96, () => [180, 180, 180]);
    const clutter = painted(64, 96, () => [random.integer(256), random.integer(256), random.integer(256)]);
    expect(await tight.find(plain)).toEqual({ ...wholeImage(plain), fallback: 'nothing found' });
    expect(await tight.find(clutter)).toEqual({ ...wholeImage(clutter), fallback: 'no plain background' });
  });

  it('cuts out the object on request, including spots of the wall\u2019s colour in it', async () => {
    const cutter = backgroundColourForeground({ padding: 0, cutOut: true });
    expect(cutter.settings).toEqual({ threshold: 6, padding: 0, cutOut: true });
    const spot = { x0: 60, y0: 60, x1: 70, y1: 70 };
    for (const size of [128, 512]) {
      const scale = size / 128;
      const wall: Colour = [70, 110, 180];
      const image = painted(size, size, (x, y) =>
        inside(box, x / scale, y / scale) && !inside(spot, x / scale, y / scale) ? [250, 250, 250] : wall,
      );
      const { mask } = await cutter.find(image);
      expect(mask).toHaveLength(size * size);
      const at = (x: number, y: number): number => mask![Math.round(y * scale) * size + Math.round(x * scale)]!;
      // In the object, in its spot; next to, above and below it, and in the picture's corners.
      for (const [x, y] of [
        [41, 26],
        [88, 108],
        [65, 65],
      ] as const)
        expect([x, y, at(x, y)]).toEqual([x, y, 1]);
      for (const [x, y] of [
        [36, 60],
        [94, 60],
        [60, 21],
        [60, 114],
        [0, 0],
        [127, 127],
      ] as const)
        expect([x, y, at(x, y)]).toEqual([x, y, 0]);
    }
    const plain = painted(64, 96, () => [180, 180, 180]);
    expect(await cutter.find(plain)).toEqual({ ...wholeImage(plain), fallback: 'nothing found' });
  });

  it('gives a box inside the picture for any picture', async () => {
    const size = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(size, size, fc.nat(), fc.integer({ min: 1, max: 6 }), async (width, height, seed, colours) => {
        const random = randomStream(seed, 'picture');
        const palette = Array.from(
          { length: colours },
          (): Colour => [random.integer(256), random.integer(256), random.integer(256)],
        );
        const found = await backgroundColourForeground().find(painted(width, height, () => random.pick(palette)));
        expect([found.x0, found.y0, found.x1, found.y1].every(Number.isInteger)).toBe(true);
        expect(found.x0).toBeGreaterThanOrEqual(0);
        expect(found.y0).toBeGreaterThanOrEqual(0);
        expect(found.x1).toBeGreaterThan(found.x0);
        expect(found.y1).toBeGreaterThan(found.y0);
        expect(found.x1).toBeLessThanOrEqual(width);
        expect(found.y1).toBeLessThanOrEqual(height);
      }),
    );
  });

  itGolden(
    'agrees with a saliency network on photographs (skipped where ../shared/golden/features is absent)',
    async () => {
      const { images } = JSON.parse(await readFile(`${golden}images.json`, 'utf8')) as {
        images: { name: string; saliency: { boxInImage: [number, number, number, number] } }[];
      };
      const overlaps: number[] = [];
      for (const { name, saliency } of images) {
        const image = await decodeImage(await readFile(`${golden}images/${name}.png`), name);
        const [x0, y0, x1, y1] = saliency.boxInImage;
        overlaps.push(overlap(await tight.find(image), { x0, y0, x1, y1 }));
      }
      expect(overlaps.reduce((a, b) => a + b) / overlaps.length).toBeGreaterThan(0.92);
      expect(Math.min(...overlaps)).toBeGreaterThan(0.75);
    },
  );
});
