import type { Size } from '@kaleido/kaleido-patches';

/** A photograph that canvases can draw, and how much smaller than the file it is. */
export interface DrawnPicture {
  readonly canvas: HTMLCanvasElement;
  /** Pixels of the canvas for one of the photograph. */
  readonly scale: number;
  /** Of the photograph. */
  readonly size: Size;
}

/** Draws a decoded picture, on white as the model gets it. @param longestSide of the canvas at most, in pixels */
export function drawPicture(image: HTMLImageElement, longestSide: number): DrawnPicture {
  const { naturalWidth: width, naturalHeight: height } = image;
  const scale = Math.min(1, longestSide / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context !== null) {
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
  }
  return { canvas, scale, size: { width, height } };
}

/** The same picture, white outside the object. @param mask [height * width] of the photograph, 1 on the object */
export function whiteOutside(picture: DrawnPicture, mask: Uint8Array): DrawnPicture {
  const { canvas: from, size } = picture;
  const canvas = document.createElement('canvas');
  canvas.width = from.width;
  canvas.height = from.height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null || mask.length !== size.width * size.height) return picture;
  context.drawImage(from, 0, 0);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  const inside = sampleMask(mask, size, canvas);
  for (let pixel = 0; pixel < inside.length; pixel++)
    if (inside[pixel] === 0) pixels.data.fill(255, 4 * pixel, 4 * pixel + 4);
  context.putImageData(pixels, 0, 0);
  return { ...picture, canvas };
}

/** A mask in another size, by the nearest pixel. */
export function sampleMask(mask: Uint8Array, from: Size, to: Size): Uint8Array {
  const sampled = new Uint8Array(to.width * to.height);
  for (let row = 0; row < to.height; row++) {
    const y = Math.floor(((row + 0.5) * from.height) / to.height);
    for (let column = 0; column < to.width; column++) {
      const x = Math.floor(((column + 0.5) * from.width) / to.width);
      sampled[row * to.width + column] = mask[y * from.width + x] ?? 0;
    }
  }
  return sampled;
}
