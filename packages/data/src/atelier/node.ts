import { type Atelier, type AtelierOptions, openAtelier, type PictureFormat } from './open-atelier.ts';
import { rasterise } from './rasterise.ts';

export { type ForegroundMask, foregroundMask } from './foreground-mask.ts';
export { type Pixels, rasterise, rasterisePixels } from './rasterise.ts';

/** Pictures as PNG, so that every reader decodes the same pixels. */
export const pngPictures: PictureFormat = { mediaType: 'image/png', encode: rasterise };

/** `openAtelier` with pictures as PNG: the same products, splits and captions. */
export function openRasterisedAtelier(options: AtelierOptions): Atelier {
  return openAtelier(options, pngPictures);
}
