import type { FeatureReader } from '@kaleido/layout';
import type { GridStatistics } from '../show-attend-tell/initial-captioner-weights.ts';
import { cellGrids } from './cell-grids.ts';

/** Photographs that are measured: the moments of 50,000 cells are known to half a per cent. */
const measuredRows = 2000;

/** Rows that are read at once. */
const blockRows = 128;

/** Mean and deviation of each feature over the cells of evenly spaced photographs. */
export async function measureCells(features: FeatureReader, signal?: AbortSignal): Promise<GridStatistics> {
  const { rows: N, featureWidth: F } = features;
  const count = Math.min(N, measuredRows);
  const rows = Array.from({ length: count }, (_, index) => Math.floor((index * N) / count));
  const sums = new Float64Array(F);
  const squares = new Float64Array(F);
  let cells = 0;
  for (let from = 0; from < count; from += blockRows) {
    signal?.throwIfAborted();
    const grids = await cellGrids(features, rows.slice(from, from + blockRows));
    cells += grids.length / F;
    for (const [i, value] of grids.entries()) {
      sums[i % F]! += value;
      squares[i % F]! += value ** 2;
    }
  }
  const mean = sums.map((sum) => sum / cells);
  return {
    mean: Float32Array.from(mean),
    // Rounding may leave a small negative variance.
    deviation: Float32Array.from(squares, (square, f) => Math.sqrt(Math.max(0, square / cells - mean[f]! ** 2))),
  };
}
