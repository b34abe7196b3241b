import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dragBox, type Handle, leastSide } from './drag-box.ts';

const size = { width: 100, height: 80 };
const box = { x0: 10, y0: 20, x1: 60, y1: 70 };

describe('a dragged box', () => {
  it('follows the handle', () => {
    expect(dragBox(box, { x: -1, y: -1 }, { x: 5, y: -5 }, size)).toEqual({ x0: 15, y0: 15, x1: 60, y1: 70 });
    expect(dragBox(box, { x: 1, y: 0 }, { x: 7.4, y: 30 }, size)).toEqual({ x0: 10, y0: 20, x1: 67, y1: 70 });
    expect(dragBox(box, { x: 0, y: 0 }, { x: 500, y: -500 }, size)).toEqual({ x0: 50, y0: 0, x1: 100, y1: 50 });
    expect(dragBox(box, { x: -1, y: 0 }, { x: 500, y: 0 }, size)).toEqual({ ...box, x0: 60 - leastSide });
  });

  it('stays a box inside the picture', () => {
    const edge = fc.constantFrom<Handle['x']>(-1, 0, 1);
    const by = fc.double({ min: -1000, max: 1000, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(edge, edge, by, by), { maxLength: 10 }), (drags) => {
        let dragged = box;
        for (const [x, y, right, down] of drags) dragged = dragBox(dragged, { x, y }, { x: right, y: down }, size);
        const { x0, y0, x1, y1 } = dragged;
        expect([x0, y0, x1, y1].every(Number.isInteger)).toBe(true);
        expect(Math.min(x0, y0, x1 - x0 - leastSide, y1 - y0 - leastSide)).toBeGreaterThanOrEqual(0);
        expect(x1 <= size.width && y1 <= size.height).toBe(true);
      }),
    );
  });
});
