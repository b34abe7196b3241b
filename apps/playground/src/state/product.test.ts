import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatBox, parseBox } from './product.ts';

describe('the box in the address', () => {
  it('is read back as it was written', () => {
    const edge = fc.integer({ min: 0, max: 60_000 });
    fc.assert(
      fc.property(edge, edge, edge, edge, (a, b, c, d) => {
        const box = { x0: Math.min(a, b), y0: Math.min(c, d), x1: Math.max(a, b) + 1, y1: Math.max(c, d) + 1 };
        expect(parseBox(formatBox(box))).toEqual(box);
      }),
    );
  });

  it('is none where it makes no box', () => {
    for (const text of [
      undefined,
      '',
      '1,2,3',
      '1,2,3,4,5',
      '3,1,2,4',
      '1,4,2,4',
      '-1,0,2,2',
      '0,0,1.5,2',
      'a,b,c,d',
      '0,0,NaN,2',
    ])
      expect(parseBox(text)).toBeUndefined();
  });
});
