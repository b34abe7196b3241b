import type { Resampling } from './resampling.ts';
import { copyRegion, type ResizePasses } from './resize-passes.ts';

/** Weights are integer multiples of 2^-22, as in Pillow: sums of products with bytes then fit 32 bits. */
const fractionBits = 22;
const half = 1 << (fractionBits - 1);

/** The resize passes in plain JavaScript. */
export const plainPasses: ResizePasses = {
  resize(from, to, { across, down, downFirst }, target, offset) {
    const pixels = new Uint8Array(3 * from.width * from.height);
    copyRegion(from, pixels, 0);
    if (downFirst && down !== undefined && across !== undefined) {
      const low = alongColumns(pixels, from.width, down, to.height);
      target.set(alongRows(low, from.width, across, to.width), offset);
      return;
    }
    const wide = across === undefined ? pixels : alongRows(pixels, from.width, across, to.width);
    target.set(down === undefined ? wide : alongColumns(wide, to.width, down, to.height), offset);
  },
};

function alongRows(
  pixels: Uint8Array,
  columns: number,
  { starts, counts, integers, most }: Resampling,
  width: number,
): Uint8Array {
  const rows = pixels.length / (3 * columns);
  const target = new Uint8ClampedArray(rows * width * 3);
  for (let row = 0; row < rows; row++) {
    for (let x = 0; x < width; x++) {
      let from = 3 * (row * columns + starts[x]!);
      let [red, green, blue] = [half, half, half];
      for (let tap = x * most; tap < x * most + counts[x]!; tap++, from += 3) {
        const weight = integers[tap]!;
        red += weight * pixels[from]!;
        green += weight * pixels[from + 1]!;
        blue += weight * pixels[from + 2]!;
      }
      const to = 3 * (row * width + x);
      target[to] = red >> fractionBits;
      target[to + 1] = green >> fractionBits;
      target[to + 2] = blue >> fractionBits;
    }
  }
  return new Uint8Array(target.buffer);
}

function alongColumns(
  pixels: Uint8Array,
  columns: number,
  { starts, counts, integers, most }: Resampling,
  height: number,
): Uint8Array {
  const length = 3 * columns;
  const target = new Uint8ClampedArray(height * length);
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < length; i++) {
      let sum = half;
      let from = starts[y]! * length + i;
      for (let tap = y * most; tap < y * most + counts[y]!; tap++, from += length)
        sum += integers[tap]! * pixels[from]!;
      target[y * length + i] = sum >> fractionBits;
    }
  }
  return new Uint8Array(target.buffer);
}
