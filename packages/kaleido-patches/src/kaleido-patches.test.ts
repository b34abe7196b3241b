import { describe, expect, it } from '@jest/globals';
import { levels, patchCount } from '@kaleido/layout';
import fc from 'fast-check';
import { type Box, growBox } from './box.ts';
import { kaleidoPatches } from './kaleido-patches.ts';

const spans = fc.record({ start: fc.integer({ min: 0, max: 3000 }), length: fc.integer({ min: 5, max: 3000 }) });
const boxes = fc
  .tuple(spans, spans)
  .map(([x, y]): Box => ({ x0: x.start, x1: x.start + x.length, y0: y.start, y1: y.start + y.length }));

const width = ({ x0, x1 }: Box): number => x1 - x0;
const height = ({ y0, y1 }: Box): number => y1 - y0;

describe('kaleidoPatches', () => {
  it('cuts 1 + 4 + 9 + 16 + 25 patches, level by level, row by row', () => {
    const patches = kaleidoPatches({ x0: 0, y0: 0, x1: 60, y1: 120 });
    expect(patches).toHaveLength(patchCount);
    expect(patches.map(({ level, row, column }) => `${level}${row}${column}`)).toEqual(
      levels.flatMap(({ scale: level }) =>
        Array.from({ length: level * level }, (_, i) => `${level}${Math.floor(i / level)}${i % level}`),
      ),
    );
    expect(patches[0]!.box).toEqual({ x0: 0, y0: 0, x1: 60, y1: 120 });
    expect(patches[2]!.box).toEqual({ x0: 30, y0: 0, x1: 60, y1: 60 });
    expect(patches[5 + 5]!.box).toEqual({ x0: 40, y0: 40, x1: 60, y1: 80 });
    expect(patches[54]!.box).toEqual({ x0: 48, y0: 96, x1: 60, y1: 120 });
  });

  it('tiles any box exactly in whole pixels, with cells that differ by at most one', () => {
    fc.assert(
      fc.property(boxes, (box) => {
        const patches = kaleidoPatches(box);
        for (const { scale: level } of levels) {
          const cells = patches.filter((patch) => patch.level === level);
          for (const { row, column, box: cell } of cells) {
            expect(Object.values(cell).every(Number.isInteger)).toBe(true);
            const right = cells.find((other) => other.row === row && other.column === column + 1);
            const below = cells.find((other) => other.row === row + 1 && other.column === column);
            expect(cell.x1).toBe(right?.box.x0 ?? box.x1);
            expect(cell.y1).toBe(below?.box.y0 ?? box.y1);
            if (column === 0) expect(cell.x0).toBe(box.x0);
            if (row === 0) expect(cell.y0).toBe(box.y0);
          }
          const widths = cells.map((cell) => width(cell.box));
          const heights = cells.map((cell) => height(cell.box));
          expect(Math.min(...widths)).toBeGreaterThanOrEqual(1);
          expect(Math.min(...heights)).toBeGreaterThanOrEqual(1);
          expect(Math.max(...widths) - Math.min(...widths)).toBeLessThanOrEqual(1);
          expect(Math.max(...heights) - Math.min(...heights)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('grows a box under five pixels, inside the picture if there is room', () => {
    const picture = { width: 3, height: 400 };
    const patches = kaleidoPatches({ x0: 0, y0: 398, x1: 3, y1: 400 }, picture);
    expect(patches[0]!.box).toEqual({ x0: 0, y0: 395, x1: 5, y1: 400 });
    expect(patches).toHaveLength(patchCount);
  });
});

describe('growBox', () => {
  it('keeps large boxes, reaches the least size, and contains the original box', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        fc.nat(59),
        fc.nat(59),
        fc.integer({ min: 1, max: 9 }),
        (imageWidth, imageHeight, x, y, side) => {
          const x0 = Math.min(x, imageWidth - 1);
          const y0 = Math.min(y, imageHeight - 1);
          const box = { x0, y0, x1: Math.min(imageWidth, x0 + side), y1: Math.min(imageHeight, y0 + side) };
          const grown = growBox(box, 5, { width: imageWidth, height: imageHeight });
          expect(width(grown)).toBe(Math.max(5, width(box)));
          expect(height(grown)).toBe(Math.max(5, height(box)));
          expect(grown.x0).toBeLessThanOrEqual(box.x0);
          expect(grown.y1).toBeGreaterThanOrEqual(box.y1);
          expect(Math.min(grown.x0, grown.y0)).toBeGreaterThanOrEqual(0);
          if (imageWidth >= 5) expect(grown.x1).toBeLessThanOrEqual(imageWidth);
          if (imageHeight >= 5) expect(grown.y1).toBeLessThanOrEqual(imageHeight);
        },
      ),
    );
  });
});
