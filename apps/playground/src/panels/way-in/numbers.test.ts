import { describe, expect, it } from '@jest/globals';
import { firstOf, largest, percent, probabilitiesOf, rankOf, short } from './numbers.ts';

describe('numbers for readers', () => {
  it('have a real minus sign, and zero has none', () => {
    expect([percent(0.9636), short(-1.234), short(-0.001)]).toEqual(['96.4 %', '−1.23', '0.00']);
    expect(firstOf(Float32Array.of(0.5, -1, 2), 2)).toBe('0.50  −1.00');
  });

  it('are ranked', () => {
    const values = Float32Array.of(0.1, 0.5, 0.4);
    expect(largest(values)).toEqual({ at: 1, value: 0.5 });
    expect(rankOf(values, 2)).toEqual([1, 2]);
  });

  it('of a head become probabilities', () => {
    const [no = 0, yes = 0] = probabilitiesOf(Float32Array.of(1000, 1000 + Math.log(3)));
    expect(no).toBeCloseTo(0.25, 3);
    expect(no + yes).toBeCloseTo(1, 6);
  });
});
