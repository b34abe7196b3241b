import type { Box, Size } from '@kaleido/kaleido-patches';

/** What is dragged: -1 the left or upper edge, 1 the right or lower one, 0 neither; both 0 move the box. */
export interface Handle {
  readonly x: -1 | 0 | 1;
  readonly y: -1 | 0 | 1;
}

/** The least side of a box in pixels: five patches stand side by side in it. */
export const leastSide = 5;

/**
 * A box after a handle was dragged, in whole pixels and inside the picture. A dragged edge stops at the other one; a
 * moved box keeps its size.
 */
export function dragBox(box: Box, { x, y }: Handle, by: { readonly x: number; readonly y: number }, size: Size): Box {
  const [x0, x1] = dragSpan(box.x0, box.x1, x, x === 0 && y === 0, by.x, size.width);
  const [y0, y1] = dragSpan(box.y0, box.y1, y, x === 0 && y === 0, by.y, size.height);
  return { x0, y0, x1, y1 };
}

function dragSpan(
  start: number,
  end: number,
  edge: -1 | 0 | 1,
  moves: boolean,
  by: number,
  whole: number,
): readonly [number, number] {
  const least = Math.min(leastSide, whole);
  if (moves) {
    const moved = Math.round(clamp(start + by, 0, whole - (end - start)));
    return [moved, moved + end - start];
  }
  if (edge === -1) return [Math.round(clamp(start + by, 0, end - least)), end];
  if (edge === 1) return [start, Math.round(clamp(end + by, start + least, whole))];
  return [start, end];
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}

/** Whether a box lies in the picture: one of an address may be of another. */
export function isInside({ x1, y1 }: Box, { width, height }: Size): boolean {
  return x1 <= width && y1 <= height;
}

/** How wide and high a box is. */
export function sizeOf({ x0, y0, x1, y1 }: Box): Size {
  return { width: x1 - x0, height: y1 - y0 };
}

/** A box as a sentence says it. */
export function sideOf({ x0, y0, x1, y1 }: Box): string {
  return `${x1 - x0} × ${y1 - y0}`;
}
