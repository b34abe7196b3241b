import type { RandomStream } from '@kaleido/foundation';
import {
  type FeatureReader,
  type FeatureTable,
  type ImageBatch,
  levels,
  patchCount,
  patchSlots,
  positionWidth,
  slotRange,
} from '@kaleido/layout';

/**
 * The images of the given rows, undistorted.
 * @param patches which of the 55, ascending; default: all of them
 */
export async function imageBatch(
  reader: FeatureReader,
  rows: ArrayLike<number>,
  patches?: readonly number[],
): Promise<ImageBatch> {
  const table = await reader.load(rows);
  const F = table.featureWidth;
  const size = rows.length;
  const slots = patches?.map((patch) => patchSlots[patch] as number) ?? patchSlots;
  const features = new Float32Array(size * slots.length * F); // [B, P, F]
  for (let b = 0; b < size; b++) table.copy(rows[b] as number, slots, features, b * slots.length * F);
  const positions = positionsOf(table, rows, patches);
  return { size, featureWidth: F, features, positions, ...(patches === undefined ? {} : { patches }) };
}

/** The positions of the given rows' patches, [B, P, 5]. */
export function positionsOf(table: FeatureTable, rows: ArrayLike<number>, patches?: readonly number[]): Float32Array {
  const P = patches?.length ?? patchCount;
  const positions = new Float32Array(rows.length * P * positionWidth);
  for (let b = 0; b < rows.length; b++) {
    const all = table.positions(rows[b] as number);
    if (patches === undefined) positions.set(all, b * P * positionWidth);
    else
      for (const [at, patch] of patches.entries())
        positions.set(all.subarray(patch * positionWidth, (patch + 1) * positionWidth), (b * P + at) * positionWidth);
  }
  return positions;
}

/** A random share of each level's patches: at least one of each level, ascending. */
export function drawPatches(share: number, random: RandomStream): number[] {
  return levels.flatMap(({ start, patches }) =>
    random
      .shuffle(slotRange(start, patches))
      .slice(0, Math.max(1, Math.round(share * patches)))
      .sort((a, b) => a - b),
  );
}
