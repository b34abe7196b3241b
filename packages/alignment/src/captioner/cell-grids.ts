import { type FeatureReader, levelByName, patchSlots } from '@kaleido/layout';

const { start, patches } = levelByName.blank;
const cellSlots = patchSlots.slice(start, start + patches);

/** The features of level 5 of some photographs, [rows, 25, F]. */
export async function cellGrids(features: FeatureReader, rows: readonly number[]): Promise<Float32Array> {
  const size = cellSlots.length * features.featureWidth;
  const table = await features.load(rows);
  const grids = new Float32Array(rows.length * size);
  for (const [at, row] of rows.entries()) table.copy(row, cellSlots, grids, at * size);
  return grids;
}
