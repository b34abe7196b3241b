import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeImage } from './decode-image.ts';
import { plainPasses } from './plain-resize.ts';
import { resizeImage } from './resize-image.ts';
import { openResizeKernels } from './resize-kernels.ts';
import { resizeRegion } from './resize-region.ts';
import { type RgbImage, wholeImage } from './rgb-image.ts';

// Pillow 13.0.0; see shared/golden/features/README.md.
const golden = fileURLToPath(new URL('../../../../../shared/golden/features/', import.meta.url));
const itGolden = existsSync(golden) ? it : it.skip;

const noise = (width: number, height: number, seed = 1): RgbImage => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (Math.imul(i + seed, 0x9e3779b1) >>> 13) % 256),
});
const kernels = openResizeKernels()!;
const side = fc.integer({ min: 1, max: 70 });
const filter = fc.constantFrom('bilinear' as const, 'bicubic' as const);

const fixtures = fileURLToPath(new URL('../../fixtures/resized/', import.meta.url));

describe('resizeImage', () => {
  it('equals Pillow byte for byte on a generated picture', async () => {
    const read = async (file: string): Promise<RgbImage> => decodeImage(await readFile(`${fixtures}${file}`), file);
    const image = await read('picture.png');
    const files = (await readdir(fixtures)).filter((file) => /^bi(linear|cubic)-/.test(file));
    expect(files).toHaveLength(8);
    for (const file of files) {
      const expected = await read(file);
      const own = resizeImage(image, wholeImage(image), expected, file.split('-')[0] as 'bilinear' | 'bicubic');
      expect([file, Buffer.compare(own.data, expected.data)]).toEqual([file, 0]);
    }
  });

  itGolden('equals Pillow byte for byte (skipped where ../shared/golden/features is absent)', async () => {
    const { images } = JSON.parse(await readFile(`${golden}images.json`, 'utf8')) as {
      images: { name: string; pillow: Record<string, { file: string }> }[];
    };
    for (const { name, pillow } of images) {
      const image = await decodeImage(await readFile(`${golden}images/${name}.png`), name);
      for (const [key, { file }] of Object.entries(pillow)) {
        const expected = await decodeImage(await readFile(`${golden}${file}`), file);
        const own = resizeImage(image, wholeImage(image), expected, key.split('-')[0] as 'bilinear' | 'bicubic');
        expect([key, name, Buffer.compare(own.data, expected.data)]).toEqual([key, name, 0]);
      }
    }
  });

  it('gives the same bytes in WebAssembly and in plain JavaScript, for any sizes', () => {
    fc.assert(
      fc.property(side, side, side, side, filter, fc.nat(), (width, height, toWidth, toHeight, name, seed) => {
        const image = noise(width, height, seed);
        const size = { width: toWidth, height: toHeight };
        const box = wholeImage(image);
        const plain = resizeImage(image, box, size, name, plainPasses);
        expect(plain.data).toHaveLength(toWidth * toHeight * 3);
        expect(Buffer.compare(resizeImage(image, box, size, name, kernels).data, plain.data)).toBe(0);
      }),
    );
  });

  it('equals the exact resize within one level for each of its two roundings', () => {
    fc.assert(
      fc.property(side, side, side, side, (width, height, toWidth, toHeight) => {
        const image = noise(width, height);
        const size = { width: toWidth, height: toHeight };
        const exact = resizeRegion(image, wholeImage(image), size);
        const { data } = resizeImage(image, wholeImage(image), size);
        let furthest = 0;
        for (let i = 0; i < data.length; i++) furthest = Math.max(furthest, Math.abs(data[i]! - exact[i]!));
        expect(furthest).toBeLessThan(1.01);
      }),
    );
  });

  it('ignores pixels outside the region, and repeats the edge if the region extends past the picture', () => {
    const image = noise(9, 7);
    image.data.fill(40, 0, 3 * 9);
    const row = resizeImage(image, { x0: 0, y0: 0, x1: 9, y1: 1 }, { width: 5, height: 3 });
    expect(new Set(row.data)).toEqual(new Set([40]));
    const corner = resizeImage(image, { x0: 7, y0: 5, x1: 12, y1: 9 }, { width: 5, height: 4 });
    for (const [x, y] of [
      [2, 2],
      [4, 3],
    ] as const)
      expect([...corner.data.subarray(3 * (5 * y + x), 3 * (5 * y + x) + 3)]).toEqual([...image.data.subarray(-3)]);
  });

  it('does not change the picture, and returns new bytes', () => {
    const image = noise(6, 5);
    const before = image.data.slice();
    const same = resizeImage(image, wholeImage(image), image);
    expect(same.data).toEqual(before);
    same.data.fill(0);
    resizeImage(image, wholeImage(image), { width: 3, height: 9 });
    expect(image.data).toEqual(before);
  });
});
