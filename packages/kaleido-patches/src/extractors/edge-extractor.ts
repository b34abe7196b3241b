import { KaleidoError } from '@kaleido/foundation';
import type { FeatureExtractor } from './feature-extractor.ts';
import { patchStatistics, measuredSide as side } from './patch-statistics.ts';

export interface EdgeExtractorOptions {
  /** Cells per side: 1, 2, 4, 8 or 16. Default 4: a cell is a quarter of the patch's side, as wide as a pocket's seam. */
  readonly cells?: number;
  /** Directions of an edge, 1 to 16. Default 4: upright, level, and the two diagonals. */
  readonly directions?: number;
}

/**
 * The edges of a patch: how strong they are in each cell and direction, [row, column, direction], in 0..1 (histograms of
 * oriented gradients, Dalal and Triggs 2005, without their block normalisation). Edges stay where they are if a product
 * changes its colours, so that a linear layer sees a seam, a collar or a stripe; it cannot see them in raw pixels.
 * @throws KaleidoError for an invalid size
 */
export function edgeExtractor({ cells = 4, directions = 4 }: EdgeExtractorOptions = {}): FeatureExtractor {
  if (![1, 2, 4, 8, 16].includes(cells) || !Number.isInteger(directions) || directions < 1 || directions > 16)
    throw new KaleidoError({
      source: 'kaleido-patches',
      problem: 'edges are measured in 1, 2, 4, 8 or 16 cells a side and 1 to 16 directions',
      found: { cells, directions },
      advice: 'leave both out for 4 and 4',
    });
  return patchStatistics({
    name: 'edges',
    settings: { cells, directions },
    featureWidth: cells * cells * directions,
    measure: (pixels, target) => addEdges(pixels, cells, directions, target),
  });
}

/** A channel's value in 0..1. */
const shareOf = Float64Array.from({ length: 256 }, (_, value) => value / 255);

/** @param pixels [side, side, 3] @param target [cells, cells, directions], zeros */
function addEdges(pixels: Uint8Array, cells: number, directions: number, target: Float32Array): void {
  const perCell = side / cells;
  const rowLength = 3 * side;
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      // The patch's border has one neighbour only, and no gradient across it.
      const isAcross = column > 0 && column < side - 1;
      const isDown = row > 0 && row < side - 1;
      // The channel that changes most: a red pocket on a green shirt has an edge though both are as light.
      let x = 0;
      let y = 0;
      let strength = 0;
      for (let at = row * rowLength + 3 * column, end = at + 3; at < end; at++) {
        const ownX = isAcross ? shareOf[pixels[at + 3]!]! - shareOf[pixels[at - 3]!]! : 0;
        const ownY = isDown ? shareOf[pixels[at + rowLength]!]! - shareOf[pixels[at - rowLength]!]! : 0;
        if (ownX === 0 && ownY === 0) continue;
        // A root of the sum of squares would choose another channel where two are nearly equal: other features.
        const own = Math.hypot(ownX, ownY);
        if (own <= strength) continue;
        x = ownX;
        y = ownY;
        strength = own;
      }
      if (strength === 0) continue;
      // An edge from dark to light and one from light to dark are the same: half a turn holds all directions.
      const turn = ((Math.atan2(y, x) / Math.PI + 1) % 1) * directions;
      const lower = Math.floor(turn) % directions;
      const share = turn - Math.floor(turn);
      const cell = (Math.floor(row / perCell) * cells + Math.floor(column / perCell)) * directions;
      target[cell + lower]! += strength * (1 - share);
      target[cell + ((lower + 1) % directions)]! += strength * share;
    }
  // Square roots, because a faint seam tells more than a strong one that is as much stronger.
  for (let i = 0; i < target.length; i++) target[i] = Math.min(1, Math.sqrt(target[i]! / (perCell * perCell)));
}
