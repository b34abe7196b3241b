import { describe, expect, it } from '@jest/globals';
import { Curve, smoothed } from './curve.ts';

function curveOf(steps: number, value: (step: number) => number): Curve {
  const curve = new Curve();
  for (let step = 1; step <= steps; step++) curve.add(step, value(step));
  return curve;
}

describe('a curve', () => {
  it('keeps few steps as they are', () => {
    expect(curveOf(3, (step) => 10 - step).points).toEqual([
      { step: 1, value: 9 },
      { step: 2, value: 8 },
      { step: 3, value: 7 },
    ]);
    expect(new Curve().now).toBeUndefined();
  });

  it('of many steps has few points, each the mean of as many steps', () => {
    for (const steps of [241, 500, 5000, 12_345]) {
      const { points } = curveOf(steps, (step) => step);
      expect(points.length).toBeGreaterThan(100);
      expect(points.length).toBeLessThanOrEqual(240);
      const each = points[0]!.step;
      for (const [index, { step, value }] of points.entries()) {
        expect(step).toBe((index + 1) * each);
        expect(value).toBeCloseTo(step - (each - 1) / 2, 6);
      }
      expect(steps - points.at(-1)!.step).toBeLessThan(2 * each);
    }
  });

  it('says where it is now, and forgets steps that are taken again', () => {
    const curve = curveOf(100, (step) => step);
    expect(curve.now).toBeCloseTo(90.5, 6);
    curve.forgetAfter(40);
    expect(curve.points.at(-1)).toEqual({ step: 40, value: 40 });
    curve.forgetAfter(0);
    expect(curve.now).toBeUndefined();
    curve.add(1, 5);
    expect(curve.points).toEqual([{ step: 1, value: 5 }]);
  });
});

describe('a smoothed curve', () => {
  it('has means of neighbours, and its ends as they are', () => {
    const points = [0, 3, 0, 3, 9].map((value, step) => ({ step, value }));
    expect(smoothed(points, 1).map(({ value }) => value)).toEqual([0, 1, 2, 4, 9]);
    expect(smoothed([], 2)).toEqual([]);
  });
});
