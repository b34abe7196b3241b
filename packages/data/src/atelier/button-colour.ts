import { lightness, mix } from './colours.ts';
import type { Sketch } from './sketch.ts';

/** Buttons in the trim colour where there is one, else horn on light cloth and bone on dark. */
export function buttonColour(sketch: Sketch): string {
  const { first, trim } = sketch.palette;
  if (trim !== first) return trim;
  return lightness(first) > 0.55 ? mix(first, '#4a3b2c', 0.55) : mix(first, '#f0ead8', 0.6);
}
