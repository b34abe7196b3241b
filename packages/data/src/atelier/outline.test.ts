import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compose, rotation, scaling, transformPoint, translation } from './affine.ts';
import { Outline } from './outline.ts';

describe('Outline', () => {
  it('bounds the curve and not its control points', () => {
    // The cubic from (0, 0) to (3, 0) with both controls at y = 4 reaches y = 3/4 of 4 in its middle.
    const { left, top, right, bottom } = Outline.from(0, 0).curve(0, 4, 3, 4, 3, 0).bounds();
    expect([left, top, right]).toEqual([0, 0, 3]);
    expect(bottom).toBeCloseTo(3, 12);
  });

  it('writes hundredths and closes', () => {
    expect(String(Outline.polygon([0, 0], [1.005, 2], [-1 / 3, 1]))).toBe('M0 0L1 2L-0.33 1Z');
  });

  it('mirrors a right half into a symmetrical whole', () => {
    const coordinate = fc.double({ min: 0, max: 50, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 6 }), (points) => {
        const half = points.reduce((outline, [x, y]) => outline.bend(x + 1, y, x, y), Outline.from(0, -5)).line(0, 60);
        const { left, right } = Outline.symmetrical(half).bounds();
        expect(left).toBeCloseTo(-right, 9);
      }),
    );
  });

  it('has every point of its curves within its bounds, under any transform', () => {
    const coordinate = fc.double({ min: -40, max: 40, noNaN: true });
    const point = fc.tuple(coordinate, coordinate);
    fc.assert(
      fc.property(
        fc.tuple(point, point, point, point),
        fc.double({ min: 0, max: 360, noNaN: true }),
        ([from, first, second, end], degrees) => {
          const place = compose(translation(3, -2), rotation(degrees), scaling(1.4, 0.6));
          const box = Outline.from(...from)
            .curve(...first, ...second, ...end)
            .transformed(place)
            .bounds();
          for (const t of [0, 0.1, 0.37, 0.5, 0.82, 1]) {
            const mixed = [0, 1].map((axis) => {
              const [a, b, c, d] = [from, first, second, end].map((p) => p[axis] as number) as [
                number,
                number,
                number,
                number,
              ];
              return (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t ** 2 * c + t ** 3 * d;
            });
            const [x, y] = transformPoint(place, [mixed[0] as number, mixed[1] as number]);
            expect(x).toBeGreaterThanOrEqual(box.left - 1e-6);
            expect(x).toBeLessThanOrEqual(box.right + 1e-6);
            expect(y).toBeGreaterThanOrEqual(box.top - 1e-6);
            expect(y).toBeLessThanOrEqual(box.bottom + 1e-6);
          }
        },
      ),
    );
  });
});
