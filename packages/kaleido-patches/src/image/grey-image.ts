import type { RgbImage } from './rgb-image.ts';

/** Luma weights of ITU-R BT.601, as image libraries use them for `L`; they sum to one. */
const red = 0.299;
const green = 0.587;
const blue = 0.114;

/** Converts the picture to grey: three equal channels, rounded to whole levels. */
export function toGrey(image: RgbImage): RgbImage {
  return { ...image, data: greyPixels(image.data) };
}

/** The same for an array of RGB values of either type; bytes are rounded, floats are not. */
export function greyPixels<Values extends Uint8Array | Float32Array>(values: Values): Values {
  const isBytes = values instanceof Uint8Array;
  // Not `slice`, which for a Node Buffer returns a view of the original.
  const grey = (isBytes ? new Uint8Array(values.length) : new Float32Array(values.length)) as Values;
  const rounding = isBytes ? 0.5 : 0;
  for (let i = 0; i < values.length; i += 3) {
    const level = red * values[i]! + green * values[i + 1]! + blue * values[i + 2]! + rounding;
    grey[i] = level;
    grey[i + 1] = level;
    grey[i + 2] = level;
  }
  return grey;
}
