import type { Box } from '@kaleido/kaleido-patches';
import { type Level, levels } from '@kaleido/layout';

/** The level of one of the 55 patches. */
export function levelOf(patch: number): Level {
  const level = levels.find(({ start, patches }) => patch >= start && patch < start + patches);
  if (level === undefined) throw new RangeError(`there is no patch ${patch}`);
  return level;
}

/** Row and column within its level, from 1. */
export function cellOf(patch: number): { readonly row: number; readonly column: number } {
  const { scale, start } = levelOf(patch);
  const index = patch - start;
  return { row: Math.floor(index / scale) + 1, column: (index % scale) + 1 };
}

/** What a patch is called: "Level 4, row 2, column 3". */
export function patchName(patch: number): string {
  const { scale } = levelOf(patch);
  if (scale === 1) return 'Level 1, the whole object';
  const { row, column } = cellOf(patch);
  return `Level ${scale}, row ${row}, column ${column}`;
}

/**
 * The part of a photograph that is shown: a square around the box, with some room, inside the photograph where it fits.
 */
export function squareAround(box: Box, image: { readonly width: number; readonly height: number }): Box {
  const longest = Math.max(box.x1 - box.x0, box.y1 - box.y0);
  const side = Math.max(longest, Math.min(Math.ceil(longest + longest / 10), Math.max(image.width, image.height)));
  const [x0, y0] = [spanStart(box.x0, box.x1, side, image.width), spanStart(box.y0, box.y1, side, image.height)];
  return { x0, y0, x1: x0 + side, y1: y0 + side };
}

function spanStart(from: number, to: number, side: number, whole: number): number {
  if (side >= whole) return Math.round((whole - side) / 2);
  return Math.round(Math.min(Math.max(0, (from + to - side) / 2), whole - side));
}

/** The patch beside another of the same level, as the arrow keys go; undefined for other keys and beyond the edge. */
export function patchBeside(patch: number, key: string): number | undefined {
  const { scale, start } = levelOf(patch);
  const { row, column } = cellOf(patch);
  const [down, right] = arrows[key] ?? [0, 0];
  const [nextRow, nextColumn] = [row + down, column + right];
  const isInside = nextRow >= 1 && nextRow <= scale && nextColumn >= 1 && nextColumn <= scale;
  const next = start + (nextRow - 1) * scale + nextColumn - 1;
  return isInside && next !== patch ? next : undefined;
}

const arrows: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};
