import type { Box, Size } from '../box.ts';
import { plainPasses } from './plain-resize.ts';
import { type FilterName, resampling } from './resampling.ts';
import { openResizeKernels } from './resize-kernels.ts';
import { copyRegion, type PixelRegion, type ResizePasses } from './resize-passes.ts';
import type { RgbImage } from './rgb-image.ts';

/**
 * Resizes a region of a picture, byte for byte as Pillow 13 does with the cropped region (`crop(box).resize(size,
 * filter)`): two passes in integers, rounded after each, along the rows first unless the width grows and the height
 * shrinks. Pixels outside the box do not count; a box that extends past the picture repeats its edge. The result is the
 * same in Node and in every browser.
 * @param passes the implementation; default: the fastest that this engine runs
 */
export function resizeImage(
  image: RgbImage,
  box: Box,
  size: Size,
  filter: FilterName = 'bilinear',
  passes: ResizePasses = resizePasses(),
): RgbImage {
  const data = new Uint8Array(3 * size.width * size.height);
  resizeInto(image, box, size, data, 0, filter, passes);
  return { ...size, data };
}

/** As `resizeImage`, but writes into `target` at `offset`. */
export function resizeInto(
  image: RgbImage,
  box: Box,
  size: Size,
  target: Uint8Array,
  offset: number,
  filter: FilterName = 'bilinear',
  passes: ResizePasses = resizePasses(),
): void {
  const from = { width: box.x1 - box.x0, height: box.y1 - box.y0 };
  const isInside = box.x0 >= 0 && box.y0 >= 0 && box.x1 <= image.width && box.y1 <= image.height;
  const region: PixelRegion = isInside
    ? { ...from, data: image.data, start: 3 * (box.y0 * image.width + box.x0), stride: 3 * image.width }
    : { ...from, data: repeatEdges(image, box), start: 0, stride: 3 * from.width };
  // A direction in which the size is unchanged needs no pass.
  const across = from.width === size.width ? undefined : resampling(filter, from.width, size.width);
  const down = from.height === size.height ? undefined : resampling(filter, from.height, size.height);
  if (across === undefined && down === undefined) {
    copyRegion(region, target, offset);
    return;
  }
  const downFirst = size.width > from.width && size.height < from.height;
  passes.resize(region, size, { across, down, downFirst }, target, offset);
}

let fastest: ResizePasses | undefined;

/** WebAssembly with 128-bit vectors if the engine has them, else plain JavaScript. Both give the same bytes. */
function resizePasses(): ResizePasses {
  fastest ??= openResizeKernels() ?? plainPasses;
  return fastest;
}

/** Copies the box to a new picture; past the picture, its edge is repeated. */
function repeatEdges(image: RgbImage, { x0, y0, x1, y1 }: Box): Uint8Array {
  const [width, height] = [x1 - x0, y1 - y0];
  const data = new Uint8Array(width * height * 3);
  const within = (index: number, size: number): number => Math.min(size - 1, Math.max(0, index));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = 3 * (within(y0 + y, image.height) * image.width + within(x0 + x, image.width));
      data.set(image.data.subarray(from, from + 3), 3 * (y * width + x));
    }
  return data;
}
