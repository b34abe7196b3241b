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

/** @param pixels [side, side, 3] @param target [cells, cells, directions], zeros */
function addEdges(pixels: Uint8Array, cells: number, directions: number, target: Float32Array): void {
  const perCell = side / cells;
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const { x, y, strength } = gradientAt(pixels, row, column);
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

/** The gradient of the channel that changes most: a red pocket on a green shirt has an edge though both are as light. */
function gradientAt(
  pixels: Uint8Array,
  row: number,
  column: number,
): { readonly x: number; readonly y: number; readonly strength: number } {
  let best = { x: 0, y: 0, strength: 0 };
  const at = (r: number, c: number, channel: number): number => pixels[3 * (r * side + c) + channel]! / 255;
  for (let channel = 0; channel < 3; channel++) {
    // The patch's border has one neighbour only, and no gradient across it.
    const x = column === 0 || column === side - 1 ? 0 : at(row, column + 1, channel) - at(row, column - 1, channel);
    const y = row === 0 || row === side - 1 ? 0 : at(row + 1, column, channel) - at(row - 1, column, channel);
    const strength = Math.hypot(x, y);
    if (strength > best.strength) best = { x, y, strength };
  }
  return best;
}
