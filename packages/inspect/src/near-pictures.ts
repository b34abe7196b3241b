import { sketchBytes } from './picture-sketch.ts';
import { RowGroups } from './row-groups.ts';

/** Sketches of pictures, one after another. */
export interface PictureSketches {
  readonly hashes: BigUint64Array;
  /** `sketchBytes` for each. */
  readonly colours: Uint8Array;
}

export interface NearOptions {
  /**
   * The most bits in which two hashes differ. Default: 4: 99 % of the copies of 400 photographs of KAGL in half the size at
   * JPEG quality 60, in JPEG quality 30, and enlarged as WebP differ in no more.
   */
  readonly distance?: number;
  /**
   * The most that the colours differ, as a share of the less varied picture's mean deviation from its mean colour.
   * Default: 0.04. It tells products of one kind apart, which are photographed alike: of 6,000 photographs of KAGL 170,962
   * pairs are within a distance of 4, and 40 of these within 0.04: 33 of equal bytes, 5 that look the same, and two of other
   * products, beyond 0.02. Of 400 copies at a quarter of the size, 95 % differ by 0.042 at most.
   */
  readonly difference?: number;
  /** Comparing stops after so many pairs. Default: 500 million, less than a minute. */
  readonly mostPairs?: number;
  /** Pairs that are not looked for, e.g. views of one product. */
  readonly isExpected?: (a: number, b: number) => boolean;
}

export const nearDefaults = { distance: 4, difference: 0.04, mostPairs: 500_000_000 } as const;

/**
 * Groups pictures that look alike, directly or through others. Two hashes within a distance d share one of d + 1 parts:
 * only pictures that share a part, and are about as bright, are compared.
 * @returns the groups of two or more, the largest first; `isWhole` is false if comparing stopped
 */
export function nearPictures(
  { hashes, colours }: PictureSketches,
  options: NearOptions = {},
): { readonly groups: number[][]; readonly isWhole: boolean } {
  const { distance, difference, mostPairs } = { ...nearDefaults, ...options };
  const { isExpected = () => false } = options;
  const groups = new RowGroups(hashes.length);
  const deviations = Float64Array.from(hashes, (_, row) => deviationOf(colours, row));
  const sums = Float64Array.from(hashes, (_, row) => sumOf(colours, row));
  const low = Uint32Array.from(hashes, (hash) => Number(hash & 0xffff_ffffn));
  const high = Uint32Array.from(hashes, (hash) => Number(hash >> 32n));
  const parts = Math.min(32, distance + 1);
  // Every so-manyth bit: neighbouring places are alike, and a part of the background alone would be shared by most.
  const masks = Array.from({ length: parts }, (_, part) => {
    let mask = 0;
    for (let bit = part; bit < 32; bit += parts) mask |= 1 << bit;
    return mask;
  });
  const areEqual = (a: number, b: number, mask: number): boolean =>
    ((((low[a] as number) ^ (low[b] as number)) | ((high[a] as number) ^ (high[b] as number))) & mask) === 0;
  let pairs = 0;
  for (const [part, mask] of masks.entries()) {
    const order = Uint32Array.from(hashes.keys()).sort(
      (a, b) =>
        (((low[a] as number) & mask) >>> 0) - (((low[b] as number) & mask) >>> 0) ||
        (((high[a] as number) & mask) >>> 0) - (((high[b] as number) & mask) >>> 0) ||
        (sums[a] as number) - (sums[b] as number),
    );
    for (let start = 0, end = 1; start < order.length; start = end++) {
      while (end < order.length && areEqual(order[start] as number, order[end] as number, mask)) end++;
      for (let i = start + 1; i < end; i++)
        for (let j = i - 1; j >= start; j--) {
          const [a, b] = [order[i] as number, order[j] as number];
          // Sums differ by no more than the colours do: all that is left is darker.
          if ((sums[a] as number) - (sums[b] as number) > difference * (deviations[a] as number)) break;
          if (++pairs > mostPairs) return { groups: groups.groups(), isWhole: false };
          const bits =
            bitsOf((low[a] as number) ^ (low[b] as number)) + bitsOf((high[a] as number) ^ (high[b] as number));
          // Compared before if they share an earlier part.
          if (bits > distance || masks.slice(0, part).some((earlier) => areEqual(a, b, earlier))) continue;
          const most = difference * Math.min(deviations[a] as number, deviations[b] as number);
          if (differenceOf(colours, a, b, most) <= most && !isExpected(a, b)) groups.join(a, b);
        }
    }
  }
  return { groups: groups.groups(), isWhole: true };
}

/** The number of ones in 32 bits. */
function bitsOf(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x5555_5555);
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** The sum of differences from the mean colour; at least 1 for each value, so that plain pictures are alike too. */
function deviationOf(colours: Uint8Array, row: number): number {
  const own = colours.subarray(row * sketchBytes, (row + 1) * sketchBytes);
  const mean = [0, 0, 0];
  for (const [at, value] of own.entries()) mean[at % 3] = (mean[at % 3] as number) + (3 * value) / sketchBytes;
  let sum = 0;
  for (const [at, value] of own.entries()) sum += Math.abs(value - (mean[at % 3] as number));
  return Math.max(sketchBytes, sum);
}

function sumOf(colours: Uint8Array, row: number): number {
  let sum = 0;
  for (let at = row * sketchBytes; at < (row + 1) * sketchBytes; at++) sum += colours[at] as number;
  return sum;
}

/** The sum of differences, up to the first one beyond `most`. */
function differenceOf(colours: Uint8Array, a: number, b: number, most: number): number {
  const [one, other] = [a * sketchBytes, b * sketchBytes];
  let sum = 0;
  for (let at = 0; at < sketchBytes && sum <= most; at++)
    sum += Math.abs((colours[one + at] as number) - (colours[other + at] as number));
  return sum;
}
