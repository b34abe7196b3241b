import type { Box, Size } from '../box.ts';

/** A picture in memory: upright, opaque, sRGB. `data` holds height x width x 3 bytes, row by row from the top left. */
export interface RgbImage extends Size {
  readonly data: Uint8Array;
}

/** A picture as it came from a file. */
export interface DecodedImage extends RgbImage {
  /** What was wrong with the file, where it could be read in spite of it. */
  readonly note?: string;
}

export function wholeImage({ width, height }: Size): Box {
  return { x0: 0, y0: 0, x1: width, y1: height };
}

/** The picture with all that the mask leaves out painted white; `mask` is [height * width], 1 for what stays. */
export function onWhite({ width, height, data }: RgbImage, mask: Uint8Array): RgbImage {
  const painted = data.slice();
  for (let at = 0; at < mask.length; at++) if (mask[at] === 0) painted.fill(255, 3 * at, 3 * at + 3);
  return { width, height, data: painted };
}
