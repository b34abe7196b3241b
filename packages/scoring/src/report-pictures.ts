import { pictureUri } from '@kaleido/eval';
import type { Picture } from '@kaleido/eval/node';
import { KaleidoError } from '@kaleido/foundation';
import { type Box, type RgbImage, resizeImage } from '@kaleido/kaleido-patches';
import { decodeImage } from '@kaleido/kaleido-patches/node';
import type { SourceSplit } from '@kaleido/splits';
import sharp from 'sharp';

/** The decoded pictures of some products, read in one pass over their split. */
export async function readPictures(
  { source, split }: SourceSplit,
  ids: ReadonlySet<string>,
): Promise<Map<string, RgbImage>> {
  const pictures = new Map<string, RgbImage>();
  // Warnings were reported when the features were made.
  const onWarning = (): void => undefined;
  for await (const { id, image } of source.products(split, { onWarning })) {
    if (!ids.has(id)) continue;
    pictures.set(id, await decodeImage(image.bytes, id));
    if (pictures.size === ids.size) break;
  }
  return pictures;
}

/** Pictures of some products, small, read in one pass; one that cannot be read is left out. At most one is held large. */
export async function readSmallPictures(
  { source, split }: SourceSplit,
  ids: ReadonlySet<string>,
  longest = 160,
): Promise<Map<string, Picture>> {
  const pictures = new Map<string, Picture>();
  if (ids.size === 0) return pictures;
  // Warnings were reported when the features were made.
  const onWarning = (): void => undefined;
  for await (const { id, image } of source.products(split, { onWarning })) {
    if (!ids.has(id) || pictures.has(id)) continue;
    try {
      pictures.set(id, await pictureOf(await decodeImage(image.bytes, id), undefined, longest));
    } catch (error) {
      // Which photographs are left out is decided where features are made.
      if (!KaleidoError.isInstance(error)) throw error;
    }
    if (pictures.size === ids.size) break;
  }
  return pictures;
}

/**
 * A region of a picture as a small JPEG in a `data:` URI; past the picture, the edge repeats.
 * @param shape a region whose proportions it is stretched to; its own by default
 */
export async function pictureOf(image: RgbImage, region?: Box, longest = 96, shape?: Box): Promise<Picture> {
  const whole = region ?? { x0: 0, y0: 0, x1: image.width, y1: image.height };
  return alteredPictureOf(image, whole, shape === undefined ? {} : { shape }, longest);
}

/** The region in grey, turned clockwise by quarter turns, stretched to another region's proportions, or all three. */
export async function alteredPictureOf(
  image: RgbImage,
  region: Box,
  {
    turns = 0,
    grey = false,
    shape = region,
  }: { readonly turns?: number; readonly grey?: boolean; readonly shape?: Box },
  longest = 96,
): Promise<Picture> {
  const { data, width, height } = resizeImage(image, region, sizeOf(shape, longest));
  let picture = sharp(data, { raw: { width, height, channels: 3 } });
  if (grey) picture = picture.greyscale();
  // Turned last, in a second pass: sharp has its own order of operations within one pass.
  const turned = turns === 0 ? picture : sharp(await picture.png().toBuffer()).rotate(90 * turns);
  return pictureUri(await turned.jpeg({ quality: 82 }).toBuffer(), 'image/jpeg');
}

/** Pixels in 0..1, [side, side, 3], stretched to a region's shape. */
export async function paintedPicture(values: Float32Array, side: number, region: Box): Promise<Picture> {
  const bytes = Uint8Array.from(values, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
  const png = await sharp(bytes, { raw: { width: side, height: side, channels: 3 } })
    .resize({ ...sizeOf(region, 48), fit: 'fill' })
    .png()
    .toBuffer();
  return pictureUri(png, 'image/png');
}

/** A region's proportions, with the given longer side. */
function sizeOf({ x0, y0, x1, y1 }: Box, longest: number): { readonly width: number; readonly height: number } {
  const scale = longest / Math.max(x1 - x0, y1 - y0);
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return { width: side(x1 - x0), height: side(y1 - y0) };
}
