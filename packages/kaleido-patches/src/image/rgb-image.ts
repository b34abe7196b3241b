import type { Box, Size } from '../box.ts';

/** A picture in memory: upright, opaque, sRGB. `data` holds height x width x 3 bytes, row by row from the top left. */
export interface RgbImage extends Size {
  readonly data: Uint8Array;
}

/** A picture decoded from a file. */
export interface DecodedImage extends RgbImage {
  /** Errors in the file that did not prevent decoding. */
  readonly note?: string;
}

export function wholeImage({ width, height }: Size): Box {
  return { x0: 0, y0: 0, x1: width, y1: height };
}

/** Paints all pixels outside the mask white; `mask` is [height * width], 1 for pixels that stay. */
export function onWhite({ width, height, data }: RgbImage, mask: Uint8Array): RgbImage {
  const painted = data.slice();
  for (let at = 0; at < mask.length; at++) {
    if (mask[at] !== 0) continue;
    painted[3 * at] = 255;
    painted[3 * at + 1] = 255;
    painted[3 * at + 2] = 255;
  }
  return { width, height, data: painted };
}
