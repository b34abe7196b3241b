import type { Box, Size } from './box.ts';
import type { RgbImage } from './rgb-image.ts';

/** For each output position: where its inputs start, how many there are, and their weights, which sum to one. */
interface Filter {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Float64Array;
  readonly stride: number;
}

/**
 * A region of a picture resized to `width` x `height`: RGB values [height, width, 3] between 0 and 255, not rounded.
 *
 * Bilinear with antialiasing: a triangle filter as wide as the reduction, so that no pixel of the region goes unseen.
 * It is the operation of Pillow's `resize(BILINEAR)` and torch's `interpolate(mode='bilinear', antialias=True)` on the
 * cropped region: nothing outside the box is mixed in. A box that reaches past the picture repeats its edge.
 */
export function resizeRegion(image: RgbImage, box: Box, { width, height }: Size): Float32Array {
  const horizontal = triangleFilter(box.x1 - box.x0, width);
  const vertical = triangleFilter(box.y1 - box.y0, height);
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
        const weight = horizontal.weights[x * horizontal.stride + tap]!;
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
      const weight = vertical.weights[y * vertical.stride + tap]!;
      const from = (start + tap) * width * 3;
      for (let i = 0; i < sums.length; i++) sums[i]! += weight * wide[from + i]!;
    }
    resized.set(sums, y * width * 3);
  }
  return resized;
}

/** As `resizeRegion`, rounded to a picture of whole levels. */
export function resizeImage(image: RgbImage, box: Box, size: Size): RgbImage {
  const values = resizeRegion(image, box, size);
  const data = new Uint8Array(values.length);
  for (let i = 0; i < data.length; i++) data[i] = values[i]! + 0.5;
  return { ...size, data };
}

const knownFilters = new Map<string, Filter>();

function triangleFilter(inputSize: number, outputSize: number): Filter {
  const key = `${inputSize}>${outputSize}`;
  const known = knownFilters.get(key);
  if (known !== undefined) return known;
  const scale = inputSize / outputSize;
  const reach = Math.max(scale, 1);
  const stride = Math.ceil(2 * reach) + 1;
  const starts = new Int32Array(outputSize);
  const counts = new Int32Array(outputSize);
  const weights = new Float64Array(outputSize * stride);
  for (let i = 0; i < outputSize; i++) {
    const centre = scale * (i + 0.5);
    const start = Math.max(Math.floor(centre - reach + 0.5), 0);
    const end = Math.min(Math.floor(centre + reach + 0.5), inputSize);
    let sum = 0;
    for (let j = start; j < end; j++) {
      const weight = Math.max(0, 1 - Math.abs((j + 0.5 - centre) / reach));
      weights[i * stride + j - start] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < end - start; tap++) weights[i * stride + tap]! /= sum;
    starts[i] = start;
    counts[i] = end - start;
  }
  const filter = { starts, counts, weights, stride };
  // Patch sizes repeat from image to image; the bound only keeps a catalogue of odd sizes from growing it for ever.
  if (knownFilters.size >= 4096) knownFilters.clear();
  knownFilters.set(key, filter);
  return filter;
}

function clamp(index: number, size: number): number {
  return index < 0 ? 0 : index >= size ? size - 1 : index;
}
