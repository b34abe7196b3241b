/**
 * `raw`: pixels, as in the released code and its checkpoints (areas up to 65,536 for 256 x 256 images).
 * `unit`: shares of the image in 0..1, so that the area does not dominate and half precision holds it.
 */
export type PositionScale = 'raw' | 'unit';

/** The number of position values of a patch (paper 3.5): x1, x2, y1, y2, width x height. */
export const positionWidth = 5;
