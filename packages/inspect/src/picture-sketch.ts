import { type RgbImage, resizeImage, toGrey, wholeImage } from '@kaleido/kaleido-patches';

/** What is kept of a picture, to find others that look alike. */
export interface PictureSketch {
  /** The difference hash (dHash): copies in another size, format or quality differ in few bits. */
  readonly hash: bigint;
  /** The picture in 8 x 8 pixels, RGB: `sketchBytes` bytes. */
  readonly colours: Uint8Array;
}

const side = 8;
export const sketchBytes: number = 3 * side * side;

/**
 * Sketches a picture. The hash has a bit for each of 8 x 8 places of the grey picture: whether it is brighter than the
 * one to its right. Source: N. Krawetz, "Kind of Like That", 2013.
 */
export function sketchPicture(picture: RgbImage): PictureSketch {
  const whole = wholeImage(picture);
  const { data } = toGrey(resizeImage(picture, whole, { width: side + 1, height: side }));
  let hash = 0n;
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const at = 3 * (row * (side + 1) + column);
      hash = (hash << 1n) | ((data[at] as number) > (data[at + 3] as number) ? 1n : 0n);
    }
  return { hash, colours: resizeImage(picture, whole, { width: side, height: side }).data };
}
