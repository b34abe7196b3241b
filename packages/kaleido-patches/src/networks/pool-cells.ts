import type { Box } from '../box.ts';

/**
 * The mean of a feature map over an area whose edges may cut cells: each cell is weighted by its share inside.
 * @param map [rows, columns, features]
 * @param area in cells of the map; half-open, not empty, inside the map
 * @param target receives the mean, [features]
 */
export function poolCells(map: Float32Array, columns: number, features: number, area: Box, target: Float32Array): void {
  const rows = map.length / (columns * features);
  const sums = new Float64Array(features);
  let total = 0;
  for (let row = Math.floor(area.y0); row < Math.min(rows, Math.ceil(area.y1)); row++) {
    const high = Math.min(area.y1, row + 1) - Math.max(area.y0, row);
    for (let column = Math.floor(area.x0); column < Math.min(columns, Math.ceil(area.x1)); column++) {
      const weight = high * (Math.min(area.x1, column + 1) - Math.max(area.x0, column));
      const start = (row * columns + column) * features;
      for (let i = 0; i < features; i++) sums[i]! += weight * map[start + i]!;
      total += weight;
    }
  }
  for (let i = 0; i < features; i++) target[i] = sums[i]! / total;
}
