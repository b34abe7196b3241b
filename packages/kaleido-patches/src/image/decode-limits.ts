import { KaleidoError } from '@kaleido/foundation';
import { type ImageHeader, imageHeader } from './image-header.ts';

/** Pictures with more pixels are refused before they are unpacked: 50 million are 150 MB as RGB. */
export const mostPixels = 50_000_000;

/** And with a longer side, as no photograph has: what looks at a line of pixels at once needs room by its length. */
export const longestSide = 65_535;

/** What makes the error of a file that cannot be decoded. */
export type RefuseImage = (reason: string, cause?: unknown) => KaleidoError;

/** @param name what to call the file, e.g. the product's id */
export function imageRefusals(name: string): RefuseImage {
  return (reason, cause) =>
    new KaleidoError({
      source: 'kaleido-patches',
      problem: `cannot decode the image ${name}`,
      found: reason,
      advice: 'replace the file, or leave the product out',
      ...(cause === undefined ? {} : { cause }),
    });
}

/**
 * Looks at what a file claims to be before a decoder does.
 * @returns its format, and its size where the header tells that
 * @throws KaleidoError for what is empty, no raster picture, or would be too large
 */
export function assertDecodable(bytes: Uint8Array, refuse: RefuseImage): ImageHeader {
  if (bytes.length === 0) throw refuse('no bytes');
  const header = imageHeader(bytes);
  if (header === undefined) throw refuse('a file that is no raster picture');
  const { size } = header;
  if (size === undefined) return header;
  if (size.width < 1 || size.height < 1) throw refuse(`a picture of ${size.width} x ${size.height} pixels`);
  if (Math.max(size.width, size.height) > longestSide)
    throw refuse(`${size.width} x ${size.height} pixels, of ${longestSide.toLocaleString('en')} a side at most`);
  // A GIF's canvas may be larger than its frames; what is unpacked is the canvas.
  if (size.width * size.height > mostPixels)
    throw refuse(`${size.width} x ${size.height} pixels, of ${mostPixels.toLocaleString('en')} at most`);
  return header;
}
