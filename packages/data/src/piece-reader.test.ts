import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PieceReader } from './piece-reader.ts';

/** Pieces in one memory that is used again, as those of a file are. */
async function* pieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(length);
  for (let at = 0; at < bytes.length; at += length) {
    const piece = bytes.subarray(at, at + length);
    memory.set(piece);
    yield memory.subarray(0, piece.length);
  }
}

describe('PieceReader', () => {
  it('gives the same bytes in pieces of any length', async () => {
    const step = fc.tuple(fc.constantFrom('take', 'copy', 'skip' as const), fc.integer({ min: 0, max: 20 }));
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 60 }),
        fc.integer({ min: 1, max: 25 }),
        fc.array(step),
        async (bytes, length, steps) => {
          const reader = new PieceReader(pieces(bytes, length));
          const kept: [Uint8Array, Uint8Array][] = [];
          let at = 0;
          for (const [what, count] of steps) {
            const expected = at + count <= bytes.length ? bytes.slice(at, at + count) : undefined;
            if (what === 'skip') expect(await reader.skip(count)).toBe(expected !== undefined);
            else {
              const found = await reader[what](count);
              expect(found && Uint8Array.from(found)).toEqual(expected);
              if (what === 'copy' && found !== undefined) kept.push([found, Uint8Array.from(found)]);
            }
            if (expected === undefined) break;
            at += count;
            expect(reader.position).toBe(at);
          }
          for (const [found, then] of kept) expect(found).toEqual(then);
        },
      ),
    );
  });
});
