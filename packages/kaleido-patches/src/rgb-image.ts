import type { Box, Size } from './box.ts';

/** A picture in memory: upright, opaque, sRGB. `data` holds height x width x 3 bytes, row by row from the top left. */
export interface RgbImage extends Size {
  readonly data: Uint8Array;
}

export function wholeImage({ width, height }: Size): Box {
  return { x0: 0, y0: 0, x1: width, y1: height };
}
