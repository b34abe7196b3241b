import { type PositionScale, positionWidth } from '@kaleido/layout';
import type { Size } from './box.ts';
import type { KaleidoPatch } from './kaleido-patches.ts';

/** The positions of all patches, [patches, 5], in the order of the patches. */
export function patchPositions(patches: readonly KaleidoPatch[], image: Size, scale: PositionScale): Float32Array {
  const positions = new Float32Array(patches.length * positionWidth); // [P, 5]
  const width = scale === 'unit' ? image.width : 1;
  const height = scale === 'unit' ? image.height : 1;
  for (const [index, { box }] of patches.entries()) {
    const { x0, y0, x1, y1 } = box;
    const area = ((x1 - x0) * (y1 - y0)) / (width * height);
    positions.set([x0 / width, x1 / width, y0 / height, y1 / height, area], index * positionWidth);
  }
  return positions;
}
