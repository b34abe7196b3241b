import { describe, expect, it } from '@jest/globals';
import type { RgbImage } from '@kaleido/kaleido-patches';
import { resizeImage, wholeImage } from '@kaleido/kaleido-patches';
import fc from 'fast-check';
import { nearPictures, type PictureSketches } from './near-pictures.ts';
import { type PictureSketch, sketchBytes, sketchPicture } from './picture-sketch.ts';

/** Waves whose direction and colours follow from a number. */
function drawn(number: number, width = 96, height = 128): RgbImage {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++) {
        const phase = ((number + 2) * x) / width + (((number * 7) % 5) * y) / height + channel * number;
        data[3 * (y * width + x) + channel] = 128 + 110 * Math.sin(phase);
      }
  return { width, height, data };
}

function sketches(all: readonly PictureSketch[]): PictureSketches {
  const colours = new Uint8Array(all.length * sketchBytes);
  for (const [index, sketch] of all.entries()) colours.set(sketch.colours, index * sketchBytes);
  return { hashes: BigUint64Array.from(all, ({ hash }) => hash), colours };
}

/** Pictures of which only the hashes matter. */
function hashesOnly(hashes: readonly bigint[]): PictureSketches {
  return { hashes: BigUint64Array.from(hashes), colours: new Uint8Array(hashes.length * sketchBytes) };
}

describe('pictures that look alike', () => {
  it('are found in another size, and told from others and from other colours', () => {
    const original = drawn(1);
    const smaller = resizeImage(original, wholeImage(original), { width: 48, height: 64 });
    const blue: RgbImage = { ...original, data: original.data.map((value, at) => (at % 3 === 2 ? value : value >> 1)) };
    const all = [drawn(2), original, drawn(3), smaller, blue].map(sketchPicture);
    expect(nearPictures(sketches(all))).toEqual({ groups: [[1, 3]], isWhole: true });
    expect(nearPictures(sketches(all), { isExpected: () => true }).groups).toEqual([]);
  });

  it('may be of one colour', () => {
    const plain = (level: number): PictureSketch =>
      sketchPicture({ width: 20, height: 30, data: new Uint8Array(1800).fill(level) });
    expect(nearPictures(sketches([plain(255), plain(254), plain(120)])).groups).toEqual([]);
    expect(nearPictures(sketches([plain(255), plain(255), plain(120)])).groups).toEqual([[0, 1]]);
  });

  it('have a bit for each place that is brighter than the one to its right', () => {
    const data = new Uint8Array(3 * 9 * 8);
    // In the first row from dark to bright, in the second from bright to dark, all others are black.
    for (let x = 0; x < 9; x++) {
      data.fill(20 * x, 3 * x, 3 * x + 3);
      data.fill(20 * (9 - x), 3 * (9 + x), 3 * (9 + x) + 3);
    }
    expect(sketchPicture({ width: 9, height: 8, data }).hash).toBe(0xffn << 48n);
  });

  it('are those within the distance, as comparing all of them shows', () => {
    const near = fc.record({ seed: fc.bigInt({ min: 0n, max: 3n }), flips: fc.array(fc.nat(63), { maxLength: 4 }) });
    const hash = near.map(({ seed, flips }) =>
      flips.reduce(
        (bits, flip) => bits ^ (1n << BigInt(flip)),
        (seed * 0x9e37_79b9_7f4a_7c15n) & 0xffff_ffff_ffff_ffffn,
      ),
    );
    fc.assert(
      fc.property(fc.array(hash, { maxLength: 24 }), fc.nat(8), (hashes, distance) => {
        const joined = hashes.map((_, row) => row);
        const rootOf = (row: number): number => (joined[row] === row ? row : rootOf(joined[row]!));
        for (const [a, one] of hashes.entries())
          for (const [b, other] of hashes.entries()) {
            const bits = [...(one ^ other).toString(2)].filter((bit) => bit === '1').length;
            if (a < b && bits <= distance) joined[Math.max(rootOf(a), rootOf(b))] = Math.min(rootOf(a), rootOf(b));
          }
        const groups = nearPictures(hashesOnly(hashes), { distance }).groups;
        const expected = hashes.map((_, row) => rootOf(row));
        const found = hashes.map((_, row) => groups.find((rows) => rows.includes(row))?.[0] ?? row);
        expect(found).toEqual(expected);
      }),
    );
  });

  it('are those of about the same colours, as comparing all of them shows', () => {
    const level = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(fc.array(level, { maxLength: 16 }), (levels) => {
        // Half black, half a grey that differs by some levels: all hashes are 0.
        const colours = new Uint8Array(levels.length * sketchBytes);
        for (const [row, grey] of levels.entries())
          colours.fill(120 + grey, row * sketchBytes, (row + 0.5) * sketchBytes);
        const areAlike = (a: number, b: number): boolean =>
          Math.abs(levels[a]! - levels[b]!) <= 0.04 * (120 + Math.min(levels[a]!, levels[b]!));
        const { groups } = nearPictures({ hashes: new BigUint64Array(levels.length), colours });
        for (const [a] of levels.entries())
          for (const [b] of levels.entries())
            if (a !== b && areAlike(a, b))
              expect(groups.some((rows) => rows.includes(a) && rows.includes(b))).toBe(true);
        // Levels are whole: without a neighbour that is alike, a picture is in no group.
        for (const [a] of levels.entries())
          if (!levels.some((_, b) => a !== b && areAlike(a, b))) expect(groups.flat()).not.toContain(a);
      }),
    );
  });

  it('are not compared for ever', () => {
    const hashes = Array.from({ length: 300 }, () => 7n);
    expect(nearPictures(hashesOnly(hashes), { mostPairs: 1000 }).isWhole).toBe(false);
    expect(nearPictures(hashesOnly(hashes)).groups).toEqual([hashes.map((_, row) => row)]);
  });
});
