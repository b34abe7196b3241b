import type { Box } from './box.ts';
import type { RgbImage } from './rgb-image.ts';
import { wholeImage } from './rgb-image.ts';
import type { Settings } from './settings.ts';

/** The box of the object in a picture; at least one pixel, inside the picture. */
export interface ForegroundBox extends Box {
  /** Share of the box that the object covers, 0..1; absent where the finder did not tell it from the background. */
  readonly coverage?: number;
  /**
   * [height * width] of the picture, 1 on the object; given by a finder that is to cut it out. What it leaves out is
   * painted white before the patches are looked at.
   */
  readonly mask?: Uint8Array;
}

/** Finds the object that a product photograph shows. */
export interface ForegroundFinder {
  /** Names the method; stored with the features. */
  readonly name: string;
  readonly settings: Settings;
  find(image: RgbImage): ForegroundBox;
}

/** No search: the object is the whole picture. The paper's baseline without a saliency network (SumR 303.80 of 319.52). */
export function wholeImageForeground(): ForegroundFinder {
  return { name: 'whole-image', settings: {}, find: wholeImage };
}
