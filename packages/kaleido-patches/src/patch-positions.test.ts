import { describe, expect, it } from '@jest/globals';
import { kaleidoPatches } from './kaleido-patches.ts';
import { patchPositions } from './patch-positions.ts';

const image = { width: 200, height: 100 };
const patches = kaleidoPatches({ x0: 20, y0: 10, x1: 120, y1: 60 });

describe('patchPositions', () => {
  it('gives [x1, x2, y1, y2, area] in pixels', () => {
    const positions = patchPositions(patches, image, 'raw');
    expect(positions).toHaveLength(55 * 5);
    expect([...positions.subarray(0, 5)]).toEqual([20, 120, 10, 60, 5000]);
    // The last cell of level 2: the right lower quarter.
    expect([...positions.subarray(4 * 5, 5 * 5)]).toEqual([70, 120, 35, 60, 1250]);
  });

  it('gives shares of the picture, the area a share of its area', () => {
    const positions = patchPositions(patches, image, 'unit');
    const expected = [0.1, 0.6, 0.1, 0.6, 0.25];
    for (const [index, value] of expected.entries()) expect(positions[index]).toBeCloseTo(value, 6);
    expect(Math.max(...positions)).toBeLessThanOrEqual(1);
  });
});
