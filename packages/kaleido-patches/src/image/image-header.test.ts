import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { imageHeader } from './image-header.ts';

const folder = fileURLToPath(new URL('../../fixtures/pictures/files/', import.meta.url));
const read = (name: string): Uint8Array => readFileSync(`${folder}${name}`);

describe('imageHeader', () => {
  it.each([
    ['baseline.jpg', 'jpeg', 60, 90],
    ['progressive.jpg', 'jpeg', 60, 90],
    ['orientation-6.jpg', 'jpeg', 60, 90],
    ['misnamed.jpg', 'png', 60, 90],
    ['thin.png', 'png', 3, 400],
    ['animated.gif', 'gif', 60, 90],
    ['lossy.webp', 'webp', 60, 90],
    ['alpha.webp', 'webp', 60, 90],
    ['animated.webp', 'webp', 60, 90],
    ['picture.avif', 'avif', 60, 90],
    ['claims-60000.png', 'png', 60_000, 60_000],
    ['claims-65500.jpg', 'jpeg', 65_500, 65_500],
  ])('detects %s, and its claimed size', (name, format, width, height) => {
    const { size, ...header } = imageHeader(read(name))!;
    expect(header).toEqual({ format });
    // The header has the stored size; EXIF may swap width and height.
    expect([size!.width, size!.height].sort((a, b) => a - b)).toEqual([width, height].sort((a, b) => a - b));
  });

  it('returns undefined for files that are not raster pictures', () => {
    for (const name of ['empty.jpg', 'noise.jpg', 'page.jpg', 'script.svg'])
      expect([name, imageHeader(read(name))]).toEqual([name, undefined]);
    expect(imageHeader(new TextEncoder().encode('%PDF-1.7 and so on'))).toBeUndefined();
  });

  it('never throws for truncated or damaged files', () => {
    const files = ['baseline.jpg', 'thin.png', 'animated.gif', 'lossy.webp', 'picture.avif'].map(read);
    fc.assert(
      fc.property(fc.nat(4), fc.nat(4000), fc.nat(200), fc.nat(255), (file, cut, at, byte) => {
        const bytes = files[file]!.slice(0, cut);
        if (at < bytes.length) bytes[at] = byte;
        expect(() => imageHeader(bytes)).not.toThrow();
      }),
      { numRuns: 3000 },
    );
  });
});
