import type { RgbImage } from './rgb-image.ts';

/** Quarter turns clockwise. */
export type QuarterTurns = 0 | 1 | 2 | 3;

/** Rotates the picture clockwise by `quarterTurns` x 90 degrees; odd turns swap width and height. */
export function rotate90(image: RgbImage, quarterTurns: QuarterTurns): RgbImage {
  const odd = quarterTurns % 2 === 1;
  return {
    width: odd ? image.height : image.width,
    height: odd ? image.width : image.height,
    data: rotatePixels(image.data, image.width, image.height, quarterTurns),
  };
}

/** The same for an array of values [height, width, 3] of either type; returns a new array. */
export function rotatePixels<Values extends Uint8Array | Float32Array>(
  values: Values,
  width: number,
  height: number,
  quarterTurns: QuarterTurns,
): Values {
  // Not `slice`, which for a Node Buffer returns a view of the original.
  const rotated = (
    values instanceof Uint8Array ? new Uint8Array(values.length) : new Float32Array(values.length)
  ) as Values;
  // The output index of the pixel at row r, column c is base + r * rowStep + c * columnStep.
  const steps = {
    0: [0, width, 1],
    1: [height - 1, -1, height],
    2: [width * height - 1, -width, -1],
    3: [(width - 1) * height, 1, -height],
  } as const;
  const [base, rowStep, columnStep] = steps[quarterTurns];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = 3 * (row * width + column);
      const to = 3 * (base + row * rowStep + column * columnStep);
      rotated[to] = values[from]!;
      rotated[to + 1] = values[from + 1]!;
      rotated[to + 2] = values[from + 2]!;
    }
  }
  return rotated;
}
