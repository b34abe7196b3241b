import type { Box, Size } from '../box.ts';
import { type FilterName, resampling } from './resampling.ts';
import type { RgbImage } from './rgb-image.ts';

export interface ResizeOptions {
  /** Default `bilinear`. */
  readonly filter?: FilterName;
  /** Whether the filter widens with a reduction, so that every pixel of the region counts. Default true. */
  readonly antialias?: boolean;
}

/**
 * Resizes a region of a picture to `width` x `height`: RGB values [height, width, 3] between 0 and 255, not rounded.
 *
 * Equals torch's `interpolate(mode='bilinear' | 'bicubic', antialias=True | False)` on the cropped region: pixels
 * outside the box do not count. A box that extends past the picture repeats its edge. `resizeImage` rounds to whole
 * levels as Pillow does, and is faster.
 */
export function resizeRegion(
  image: RgbImage,
  box: Box,
  { width, height }: Size,
  { filter = 'bilinear', antialias = true }: ResizeOptions = {},
): Float32Array {
  const horizontal = resampling(filter, box.x1 - box.x0, width, antialias);
  const vertical = resampling(filter, box.y1 - box.y0, height, antialias);
  const rows = box.y1 - box.y0;
  const wide = new Float32Array(rows * width * 3); // [region height, width, 3]
  const { data } = image;
  const inside = box.x0 >= 0 && box.x1 <= image.width;
  for (let row = 0; row < rows; row++) {
    const line = clamp(box.y0 + row, image.height) * image.width;
    for (let x = 0; x < width; x++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      const start = horizontal.starts[x]!;
      const count = horizontal.counts[x]!;
      for (let tap = 0; tap < count; tap++) {
        const column = box.x0 + start + tap;
        const from = 3 * (line + (inside ? column : clamp(column, image.width)));
        const weight = horizontal.weights[x * horizontal.most + tap]!;
        red += weight * data[from]!;
        green += weight * data[from + 1]!;
        blue += weight * data[from + 2]!;
      }
      const to = 3 * (row * width + x);
      wide[to] = red;
      wide[to + 1] = green;
      wide[to + 2] = blue;
    }
  }
  const resized = new Float32Array(height * width * 3); // [height, width, 3]
  const sums = new Float64Array(width * 3);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    const start = vertical.starts[y]!;
    const count = vertical.counts[y]!;
    for (let tap = 0; tap < count; tap++) {
      const weight = vertical.weights[y * vertical.most + tap]!;
      const from = (start + tap) * width * 3;
      for (let i = 0; i < sums.length; i++) sums[i]! += weight * wide[from + i]!;
    }
    resized.set(sums, y * width * 3);
  }
  return resized;
}

function clamp(index: number, size: number): number {
  return index < 0 ? 0 : index >= size ? size - 1 : index;
}
