import { describe, expect, it } from '@jest/globals';
import { featureSlotCount, featureSlots, levelByName, levelRanges, levels, patchCount, patchSlots } from './index.ts';

describe('the levels', () => {
  it('are k x k patches each, one after another, 55 in all', () => {
    let start = 0;
    for (const [index, level] of levels.entries()) {
      expect(level).toMatchObject({ scale: index + 1, patches: (index + 1) ** 2, start });
      expect(levelByName[level.name]).toBe(level);
      start += level.patches;
    }
    expect(start).toBe(patchCount);
  });

  it('have ranges in a sequence with some of the patches', () => {
    expect(levelRanges().map(({ start, patches }) => [start, patches])).toEqual(
      levels.map(({ start, patches }) => [start, patches]),
    );
    expect(levelRanges([0, 1, 3, 5, 14, 29, 54]).map(({ start, patches }) => [start, patches])).toEqual([
      [0, 1],
      [1, 2],
      [3, 1],
      [4, 2],
      [6, 1],
    ]);
  });

  it('leave out a level without a patch', () => {
    expect(levelRanges([0, 1, 5, 30]).map(({ level, start }) => [level.scale, start])).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
      [5, 3],
    ]);
  });

  it.each([
    ['out of order', [1, 0, 5, 14, 30], 'not in ascending order'],
    ['twice', [0, 0, 1, 5, 14, 30], 'not in ascending order'],
  ])('refuse patches %s', (_, given, message) => {
    expect(() => levelRanges(given)).toThrow(message);
  });
});

describe('the slots', () => {
  it('follow each other, 74 in all', () => {
    let next = 0;
    for (const { start, count } of Object.values(featureSlots)) {
      expect(start).toBe(next);
      next += count;
    }
    expect(next).toBe(featureSlotCount);
  });

  it('have one upright, coloured vector for each patch', () => {
    expect(patchSlots).toHaveLength(patchCount);
    expect(new Set(patchSlots).size).toBe(patchCount);
    expect(patchSlots[0]).toBe(featureSlots.rotation.start);
    expect(patchSlots[14]).toBe(featureSlots.colour.start);
    expect(patchSlots.some((slot) => slot >= 17 && slot < 33)).toBe(false);
  });
});
