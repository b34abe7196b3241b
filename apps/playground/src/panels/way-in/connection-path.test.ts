import { describe, expect, it } from '@jest/globals';
import { arrowPath, detourPath, ribbonPath } from './connection-path.ts';

const from = { left: 20, top: 0, right: 60, bottom: 20 };

describe('a connection', () => {
  it('goes from side to side, straight down, or in a curve', () => {
    expect(arrowPath(from, { left: 100, top: 4, right: 140, bottom: 24 })).toBe('M60 12H100');
    expect(arrowPath(from, { left: 20, top: 50, right: 40, bottom: 60 })).toBe('M30 20V50');
    expect(arrowPath(from, { left: 100, top: 60, right: 140, bottom: 80 })).toBe('M40 20C40 40 120 40 120 60');
  });

  it('is as wide as its ends, or goes around what is between', () => {
    const to = { left: 0, top: 40, right: 10, bottom: 50 };
    expect(ribbonPath(from, to)).toBe('M20 20C20 30 0 30 0 40H10C10 30 60 30 60 20Z');
    expect(detourPath(from, { ...from, top: 80, bottom: 100 })).toBe('M20 10H16Q10 10 10 16V84Q10 90 16 90H20');
  });
});
