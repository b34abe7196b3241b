import type { Size } from '../box.ts';
import type { Resampling } from './resampling.ts';

/** How a picture is resized; undefined in a direction whose size is unchanged. */
export interface ResizePlan {
  readonly across: Resampling | undefined;
  readonly down: Resampling | undefined;
  /** Whether columns are resized before rows. */
  readonly downFirst: boolean;
}

/** A part of a picture's RGB bytes, row by row. */
export interface PixelRegion extends Size {
  readonly data: Uint8Array;
  /** Offset of its first pixel, and bytes from one row to the next. */
  readonly start: number;
  readonly stride: number;
}

/** The two passes of a resize, rounded to whole levels after each. */
export interface ResizePasses {
  /** Resizes a region to [to.height, to.width, 3], into `target` at `offset`. */
  resize(region: PixelRegion, to: Size, plan: ResizePlan, target: Uint8Array, offset: number): void;
}

/** Copies the region's bytes, [height, width, 3], into `target` at `offset`. */
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
