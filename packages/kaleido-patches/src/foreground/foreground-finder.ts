import type { Box } from '../box.ts';
import { type RgbImage, wholeImage } from '../image/rgb-image.ts';
import type { Settings } from '../settings.ts';

/**
 * Why the whole picture was taken for the object: no plain side to know the background by (colour alone), an object too
 * small to be one, or one that covers everything.
 */
export type ForegroundFallback = 'no plain background' | 'nothing found' | 'everything found';

/** The box of the object in a picture; at least one pixel, inside the picture. */
export interface ForegroundBox extends Box {
  /** Share of the box that the object covers, 0..1; absent where the finder did not tell it from the background. */
  readonly coverage?: number;
  /** Present where the object was not found, and the box is the whole picture instead. */
  readonly fallback?: ForegroundFallback;
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
  /** SHA-256 of a network's weights as hexadecimal digits; left out by a method without. */
  readonly weightsHash?: string;
  readonly settings: Settings;
  find(image: RgbImage): Promise<ForegroundBox>;
  /** Frees a network's weights; the finder cannot be used afterwards. */
  dispose?(): void;
}

/** No search: the object is the whole picture. The paper's baseline without a saliency network (SumR 303.80 of 319.52). */
export function wholeImageForeground(): ForegroundFinder {
  return { name: 'whole-image', settings: {}, find: async (image) => wholeImage(image) };
}
