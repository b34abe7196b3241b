import type { Size } from '../box.ts';
import type { Resampling } from './resampling.ts';

/** How a picture is resized: left out where a direction keeps its size. */
export interface ResizePlan {
  readonly across: Resampling | undefined;
  readonly down: Resampling | undefined;
  /** The columns before the rows. */
  readonly downFirst: boolean;
}

/** A part of a picture's RGB bytes, row by row. */
export interface PixelRegion extends Size {
  readonly data: Uint8Array;
  /** Where its first pixel is, and how many bytes lie between two of its rows. */
  readonly start: number;
  readonly stride: number;
}

/** The two passes of a resize, rounded to whole levels after each. */
export interface ResizePasses {
  /** A region to [to.height, to.width, 3], put into `target` from `offset` on. */
  resize(region: PixelRegion, to: Size, plan: ResizePlan, target: Uint8Array, offset: number): void;
}

/** Puts the region's bytes, [height, width, 3], into `target` from `offset` on. */
export function copyRegion(
  { width, height, data, start, stride }: PixelRegion,
  target: Uint8Array,
  offset: number,
): void {
  for (let y = 0; y < height; y++) {
    const from = start + y * stride;
    target.set(data.subarray(from, from + 3 * width), offset + 3 * y * width);
  }
}
