import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SeenIds } from './seen-ids.ts';

describe('SeenIds', () => {
  it('knows what a set of texts does', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 2 }), { maxLength: 3000, size: 'max' }), (ids) => {
        const [seen, expected] = [new SeenIds(), new Set<string>()];
        for (const id of ids) {
          expect(seen.has(id)).toBe(expected.has(id));
          expect(seen.add(id)).toBe(!expected.has(id));
          expected.add(id);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('holds a hundred thousand', () => {
    const seen = new SeenIds();
    for (let number = 0; number < 100_000; number++) expect(seen.add(String(number))).toBe(true);
    for (let number = 0; number < 100_000; number += 97) expect(seen.add(String(number))).toBe(false);
    expect(seen.has('100000')).toBe(false);
  });
});
