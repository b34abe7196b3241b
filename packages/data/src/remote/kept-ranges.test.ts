import { describe, expect, it } from '@jest/globals';
import { randomStream } from '@kaleido/foundation';
import { KeptRanges } from './kept-ranges.ts';

describe('KeptRanges', () => {
  it('joins ranges that follow each other', () => {
    const kept = new KeptRanges();
    kept.add(0, 10, 100);
    kept.add(10, 20, 110);
    kept.add(20, 30, 500);
    expect(kept.parts(5, 40)).toEqual([
      { start: 5, end: 20, at: 105 },
      { start: 20, end: 30, at: 500 },
      { start: 30, end: 40 },
    ]);
    expect(kept.parts(7, 7)).toEqual([]);
  });

  it('knows where each byte is, whatever was added in whatever order', () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = randomStream(seed, 'ranges');
      const draw = (below: number): number => Math.floor(random.uniform() * below);
      const kept = new KeptRanges();
      // Where each of 64 bytes is kept.
      const places = new Array<number | undefined>(64).fill(undefined);
      let next = 0;
      for (let turn = 0; turn < 20; turn++) {
        const start = draw(64);
        const end = Math.min(64, start + draw(12));
        const found = kept.parts(start, end);
        const seen: (number | undefined)[] = [];
        for (const part of found) {
          expect(part.end).toBeGreaterThan(part.start);
          for (let byte = part.start; byte < part.end; byte++)
            seen.push(part.at === undefined ? undefined : part.at + byte - part.start);
        }
        expect(seen).toEqual(places.slice(start, end));
        for (const part of found)
          if (part.at === undefined && draw(3) > 0) {
            kept.add(part.start, part.end, next);
            for (let byte = part.start; byte < part.end; byte++) places[byte] = next++;
          }
      }
    }
  });
});
