import { describe, expect, it } from '@jest/globals';
import { cellOf, levelOf, patchBeside, patchName, squareAround } from './places.ts';

describe('a patch', () => {
  it('has a level, a row and a column', () => {
    expect([0, 4, 5, 13, 14, 29, 30, 54].map((patch) => levelOf(patch).scale)).toEqual([1, 2, 3, 3, 4, 4, 5, 5]);
    expect(cellOf(35)).toEqual({ row: 2, column: 1 });
    expect([patchName(0), patchName(20)]).toEqual(['Level 1, the whole object', 'Level 4, row 2, column 3']);
    expect(() => levelOf(55)).toThrow(RangeError);
  });

  it('has neighbours in its level alone', () => {
    expect(['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'a'].map((key) => patchBeside(14, key))).toEqual([
      undefined,
      18,
      undefined,
      15,
      undefined,
    ]);
    expect(patchBeside(29, 'ArrowRight')).toBe(undefined);
  });
});

describe('the part of a photograph that is shown', () => {
  it('is a square around the box, inside the photograph where it fits', () => {
    expect(squareAround({ x0: 100, y0: 100, x1: 200, y1: 150 }, { width: 400, height: 300 })).toEqual({
      x0: 95,
      y0: 70,
      x1: 205,
      y1: 180,
    });
    expect(squareAround({ x0: 0, y0: 0, x1: 100, y1: 50 }, { width: 400, height: 300 })).toEqual({
      x0: 0,
      y0: 0,
      x1: 110,
      y1: 110,
    });
    expect(squareAround({ x0: 0, y0: 5, x1: 256, y1: 250 }, { width: 256, height: 256 })).toEqual({
      x0: 0,
      y0: 0,
      x1: 256,
      y1: 256,
    });
  });

  it('holds the whole box of a photograph that is no square', () => {
    const { x0, y0, x1, y1 } = squareAround({ x0: 10, y0: 0, x1: 90, y1: 400 }, { width: 100, height: 400 });
    expect([x0, x1, y0, y1]).toEqual([-150, 250, 0, 400]);
  });
});
