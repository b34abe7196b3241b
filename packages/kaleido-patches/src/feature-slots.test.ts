import { describe, expect, it } from '@jest/globals';
import { featureSlotCount, featureSlots, patchSlots } from './feature-slots.ts';
import { kaleidoPatches } from './kaleido-patches.ts';

describe('featureSlots', () => {
  it('lies end to end over all 74 slots', () => {
    const { rotations, jigsaw, camouflage, grey, colour, blank } = featureSlots;
    let next = 0;
    for (const { start, count } of [rotations, jigsaw, camouflage, grey, colour, blank]) {
      expect(start).toBe(next);
      next += count;
    }
    expect(next).toBe(featureSlotCount);
  });

  it('gives every patch its upright coloured vector', () => {
    const range = (start: number, count: number): number[] => Array.from({ length: count }, (_, i) => start + i);
    expect(patchSlots).toEqual([0, ...range(4, 4), ...range(8, 9), ...range(33, 16), ...range(49, 25)]);
    expect(patchSlots).toHaveLength(kaleidoPatches({ x0: 0, y0: 0, x1: 5, y1: 5 }).length);
  });
});
