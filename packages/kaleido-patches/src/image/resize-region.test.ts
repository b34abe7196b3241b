import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { decodeSafetensors, float32Values } from '@kaleido/foundation';
import fc from 'fast-check';
import { decodeImage } from './decode-image.ts';
import { resizeImage } from './resize-image.ts';
import { resizeRegion } from './resize-region.ts';
import { type RgbImage, wholeImage } from './rgb-image.ts';

// Pillow 13.0.0 and PyTorch 2.15.0; see shared/golden/features/README.md.
const golden = fileURLToPath(new URL('../../../../../shared/golden/features/', import.meta.url));
const itGolden = existsSync(golden) ? it : it.skip;

const noise = (width: number, height: number): RgbImage => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919 + (i >> 3) * 104_729) % 256),
});

describe('resizeRegion', () => {
  it('averages whole pixels with a triangle twice as wide as the reduction', () => {
    // Four grey levels in a row reduced to two. The triangle around 1 reaches from -1 to 3: weights .25/2, .75/2, ...
    const image = { width: 4, height: 1, data: Uint8Array.from([0, 80, 160, 240].flatMap((v) => [v, v, v])) };
    const resized = resizeRegion(image, wholeImage(image), { width: 2, height: 1 });
    // Left: pixels 0, 1, 2 at distances .5, .5, 1.5 of reach 2: weights .75, .75, .25.
    expect(resized[0]).toBeCloseTo((0.75 * 0 + 0.75 * 80 + 0.25 * 160) / 1.75, 4);
    expect(resized[3]).toBeCloseTo((0.25 * 80 + 0.75 * 160 + 0.75 * 240) / 1.75, 4);
  });

  it('copies a region of the same size unchanged', () => {
    const image = noise(12, 9);
    const resized = resizeRegion(image, { x0: 2, y0: 3, x1: 7, y1: 8 }, { width: 5, height: 5 });
    expect(resized[0]).toBe(image.data[3 * (3 * 12 + 2)]);
    expect(resized[3 * 24 + 1]).toBe(image.data[3 * (7 * 12 + 6) + 1]);
  });

  it('ignores pixels outside the region', () => {
    const image = { width: 4, height: 4, data: new Uint8Array(48).fill(255) };
    for (const y of [1, 2]) for (const x of [1, 2]) image.data.fill(9, 3 * (4 * y + x), 3 * (4 * y + x) + 3);
    const resized = resizeRegion(image, { x0: 1, y0: 1, x1: 3, y1: 3 }, { width: 7, height: 3 });
    for (const value of resized) expect(value).toBeCloseTo(9, 5);
  });

  it('repeats the edge if the region extends past the picture', () => {
    const image = { width: 1, height: 1, data: Uint8Array.of(200, 30, 60) };
    const resized = resizeRegion(image, { x0: 0, y0: 0, x1: 5, y1: 5 }, { width: 2, height: 2 });
    for (let i = 0; i < 12; i++) expect(resized[i]).toBeCloseTo([200, 30, 60][i % 3]!, 4);
  });

  it('stays between the smallest and the largest level for all sizes', () => {
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(size, size, size, size, (width, height, toWidth, toHeight) => {
        const image = noise(width, height);
        const resized = resizeRegion(image, wholeImage(image), { width: toWidth, height: toHeight });
        expect(resized).toHaveLength(toWidth * toHeight * 3);
        expect(Math.min(...resized)).toBeGreaterThanOrEqual(Math.min(...image.data) - 1e-3);
        expect(Math.max(...resized)).toBeLessThanOrEqual(Math.max(...image.data) + 1e-3);
      }),
    );
  });

  itGolden(
    'equals torch to 2e-5 and Pillow to a level (skipped where ../shared/golden/features is absent)',
    async () => {
      const { tensors } = decodeSafetensors(await readFile(`${golden}expected.safetensors`), 'expected.safetensors');
      for (const name of ['00', '04', '06', '09', '11']) {
        const image = await decodeImage(await readFile(`${golden}images/${name}.png`), name);
        for (const [width, height, step] of [
          [224, 224, 7],
          [96, 96, 3],
          [48, 64, 2],
        ] as const) {
          const resized = resizeRegion(image, wholeImage(image), { width, height });
          const key = `${name}.torch_bilinear_antialias.${width}x${height}`;
          const expected = float32Values(tensors.get(key)!, key);
          let worst = 0;
          let index = 0;
          for (let y = 0; y < height; y += step)
            for (let x = 0; x < width; x += step)
              for (let channel = 0; channel < 3; channel++)
                worst = Math.max(worst, Math.abs(resized[3 * (y * width + x) + channel]! / 255 - expected[index++]!));
          expect(index).toBe(expected.length);
          expect(worst).toBeLessThan(2e-5);

          const file = `${name}-bilinear-${width}x${height}.png`;
          const pillow = await decodeImage(await readFile(`${golden}resized/${file}`), file);
          const own = resizeImage(image, wholeImage(image), { width, height });
          // Pillow also rounds between its two passes.
          const difference = own.data.reduce((most, value, i) => Math.max(most, Math.abs(value - pillow.data[i]!)), 0);
          expect(difference).toBeLessThanOrEqual(1);
        }
      }
    },
  );
});
