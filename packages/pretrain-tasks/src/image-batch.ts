import type { ImageBatch } from '@kaleido/model';
import type { FeatureTable } from './catalogue.ts';
import { featureSlots, patchCount, slotRange } from './feature-slots.ts';

/** The slots of the 55 patches as they are: upright, in order, in colour. */
const plainSlots: readonly number[] = [
  featureSlots.rotation,
  ...slotRange(featureSlots.jigsaw, 4),
  ...slotRange(featureSlots.camouflage, 9),
  ...slotRange(featureSlots.colour, 16),
  ...slotRange(featureSlots.blank, 25),
];

/** The photographs of the given rows, undistorted. */
export function imageBatch(table: FeatureTable, rows: ArrayLike<number>): ImageBatch {
  const F = table.featureWidth;
  const size = rows.length;
  const features = new Float32Array(size * patchCount * F); // [B, 55, F]
  for (let b = 0; b < size; b++) table.copy(rows[b] as number, plainSlots, features, b * patchCount * F);
  return { size, featureWidth: F, features, positions: positionsOf(table, rows) };
}

/** The positions of the given rows' patches, [B, 55, 5]. */
export function positionsOf(table: FeatureTable, rows: ArrayLike<number>): Float32Array {
  const stride = patchCount * 5;
  const positions = new Float32Array(rows.length * stride);
  for (let b = 0; b < rows.length; b++) positions.set(table.positions(rows[b] as number), b * stride);
  return positions;
}
