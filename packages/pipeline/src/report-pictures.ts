import type { Picture } from '@kaleido/eval/node';
import type { Box, RgbImage } from '@kaleido/kaleido-patches';
import { decodeImage } from '@kaleido/kaleido-patches/node';
import sharp from 'sharp';
import type { SourceSplit } from './open-source.ts';

/** The decoded pictures of some products, read in one pass over their split. */
export async function readPictures(
  { source, split }: SourceSplit,
  ids: ReadonlySet<string>,
): Promise<Map<string, RgbImage>> {
  const pictures = new Map<string, RgbImage>();
  for await (const { id, image } of source.products(split)) {
    if (!ids.has(id)) continue;
    pictures.set(id, await decodeImage(image.bytes, id));
    if (pictures.size === ids.size) break;
  }
  return pictures;
}

/** A region of a picture as a small JPEG in a `data:` URI. */
export async function pictureOf(image: RgbImage, region?: Box, longest = 96): Promise<Picture> {
  const { width, height, data } = image;
  const { x0, y0, x1, y1 } = region ?? { x0: 0, y0: 0, x1: width, y1: height };
  const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
    .extract({ left: x0, top: y0, width: x1 - x0, height: y1 - y0 })
    .resize(longest, longest, { fit: 'inside' })
    .jpeg({ quality: 82 })
    .toBuffer();
  return dataUri(bytes, 'image/jpeg');
}

/** The region in grey, turned clockwise by quarters, or both. */
export async function alteredPictureOf(
  image: RgbImage,
  region: Box,
  { turns = 0, grey = false }: { readonly turns?: number; readonly grey?: boolean },
  longest = 96,
): Promise<Picture> {
  const { width, height, data } = image;
  let picture = sharp(data, { raw: { width, height, channels: 3 } })
    .extract({ left: region.x0, top: region.y0, width: region.x1 - region.x0, height: region.y1 - region.y0 })
    .resize(longest, longest, { fit: 'inside' });
  if (grey) picture = picture.greyscale();
  const small = await picture.png().toBuffer();
  const turned = turns === 0 ? sharp(small) : sharp(small).rotate(90 * turns);
  return dataUri(await turned.jpeg({ quality: 82 }).toBuffer(), 'image/jpeg');
}

/** Pixels in 0..1, [side, side, 3], stretched to a region's shape. */
export async function paintedPicture(values: Float32Array, side: number, region: Box): Promise<Picture> {
  const bytes = Uint8Array.from(values, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
  const [width, height] = [region.x1 - region.x0, region.y1 - region.y0];
  const scale = 48 / Math.max(width, height);
  const png = await sharp(bytes, { raw: { width: side, height: side, channels: 3 } })
    .resize(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)), { fit: 'fill' })
    .png()
    .toBuffer();
  return dataUri(png, 'image/png');
}

function dataUri(bytes: Uint8Array, mediaType: string): Picture {
  return `data:${mediaType};base64,${Buffer.from(bytes).toString('base64')}`;
}
