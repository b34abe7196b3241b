import type { Size } from './box.ts';
import type { KaleidoPatch } from './kaleido-patches.ts';

/**
 * `raw`: pixels, as the released code feeds them (area up to 65,536 for 256 x 256 pictures; needed for its checkpoint).
 * `unit`: each in 0..1 of the picture, so that the area does not drown the other four and half precision holds it.
 */
export type PositionScale = 'raw' | 'unit';

/** The five numbers that tell the model where a patch lies (paper 3.5): x1, x2, y1, y2, width x height. */
export const positionWidth = 5;

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
