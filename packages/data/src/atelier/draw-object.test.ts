import { describe, expect, it } from '@jest/globals';
import { randomStream } from '@kaleido/foundation';
import { drawObject, drawScene, type ObjectKind } from './index.ts';
import { rasterisePixels } from './node.ts';

const draw = (kind: ObjectKind, index: number, side = 96): string =>
  drawObject(kind, 3, index, side, randomStream(5, 'object', index));

/** The share of the picture that the object covers. */
function coverage(svg: string): number {
  const { pixels, width, height } = rasterisePixels(svg);
  let covered = 0;
  for (let i = 3; i < pixels.length; i += 4) if (pixels[i]! >= 128) covered += 1;
  return covered / (width * height);
}

describe('drawObject', () => {
  it.each<ObjectKind>(['garment', 'worn', 'thing'])('draws the same %s for a seed, on nothing', (kind) => {
    for (let index = 0; index < 12; index++) {
      const svg = draw(kind, index);
      expect(draw(kind, index)).toBe(svg);
      const share = coverage(svg);
      expect([kind, index, share > 0.004 && share < 0.99]).toEqual([kind, index, true]);
    }
  });

  it('draws a wearer for worn garments, and none for a bag', () => {
    const wearers = Array.from({ length: 30 }, (_, index) =>
      draw('worn', index).includes('viewBox="-96 -136 448 528"'),
    );
    expect(wearers.filter(Boolean).length).toBeGreaterThan(10);
    expect(wearers.filter((isWorn) => !isWorn).length).toBeGreaterThan(2);
  });
});

describe('drawScene', () => {
  it('draws a background that fills the picture', () => {
    for (const kind of ['studio', 'coloured', 'cluttered'] as const) {
      const svg = drawScene(kind, 64, randomStream(1, kind));
      expect(drawScene(kind, 64, randomStream(1, kind))).toBe(svg);
      expect(coverage(svg)).toBe(1);
    }
  });
});
