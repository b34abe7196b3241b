import type { Box } from '../box.ts';
import { type RgbImage, wholeImage } from '../image/rgb-image.ts';
import type { Settings } from '../settings.ts';

/**
 * Why the whole picture was taken as the object: no plain side to estimate the background from (only by background
 * colour), an object that is too small, or one that covers everything.
 */
export type ForegroundFallback = 'no plain background' | 'nothing found' | 'everything found';

/** The box of the object in a picture; at least one pixel, inside the picture. */
export interface ForegroundBox extends Box {
  /** Share of the box that the object covers, 0..1; absent if the finder did not separate it from the background. */
  readonly coverage?: number;
  /** Present if the object was not found, and the box is the whole picture instead. */
  readonly fallback?: ForegroundFallback;
  /**
   * [height * width] of the picture, 1 on the object; present if the object is to be cut out. Pixels outside the mask
   * are painted white before the patches are cut.
   */
  readonly mask?: Uint8Array;
}

/** Finds the object that a product photograph shows. */
export interface ForegroundFinder {
  /** Names the method; stored with the features. */
  readonly name: string;
  /** SHA-256 of a network's weights in hexadecimal; absent for a method without weights. */
  readonly weightsHash?: string;
  readonly settings: Settings;
  find(image: RgbImage): Promise<ForegroundBox>;
  /** Frees a network's weights; the finder cannot be used afterwards. */
  dispose?(): void;
}

/** No search: the object is the whole picture. The paper's baseline without saliency (SumR 303.80 of 319.52). */
export function wholeImageForeground(): ForegroundFinder {
  return { name: 'whole-image', settings: {}, find: async (image) => wholeImage(image) };
}
