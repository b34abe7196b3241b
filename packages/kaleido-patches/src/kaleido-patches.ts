import { type LevelScale, levels } from '@kaleido/layout';
import { type Box, growBox, type Size } from './box.ts';

/** One kaleido patch; `row` and `column` count from 0 within its level. */
export interface KaleidoPatch {
  readonly level: LevelScale;
  readonly row: number;
  readonly column: number;
  readonly box: Box;
}

/**
 * The 55 kaleido patches of an object's box: level by level, row by row. The cells of a level tile the box exactly and
 * differ by at most one pixel in width and height.
 *
 * A box less than five pixels wide or high is grown to five first, so that no cell is empty.
 * @param image the size of the picture; a grown box stays inside it if possible
 */
export function kaleidoPatches(box: Box, image?: Size): readonly KaleidoPatch[] {
  const grown = growBox(box, 5, image);
  const edge = (start: number, end: number, index: number, cells: number): number =>
    start + Math.floor((index * (end - start)) / cells);
  const patches: KaleidoPatch[] = [];
  for (const { scale: level } of levels) {
    for (let row = 0; row < level; row++) {
      for (let column = 0; column < level; column++) {
        patches.push({
          level,
          row,
          column,
          box: {
            x0: edge(grown.x0, grown.x1, column, level),
            y0: edge(grown.y0, grown.y1, row, level),
            x1: edge(grown.x0, grown.x1, column + 1, level),
            y1: edge(grown.y0, grown.y1, row + 1, level),
          },
        });
      }
    }
  }
  return patches;
}
