import { assertDecodable, type DecoderAbilities, imageRefusals, longestSide, mostPixels } from './decode-limits.ts';
import { mendJpeg } from './mend-jpeg.ts';
import type { DecodedImage } from './rgb-image.ts';

/** The formats of Node that browsers decode too. */
const abilities: DecoderAbilities = {
  formats: { jpeg: 'JPEG', png: 'PNG', webp: 'WebP', gif: 'GIF', avif: 'AVIF' },
  subject: 'browsers decode',
  withoutHevc: 'most browsers do not decode HEVC',
};

/**
 * As `decodeImage` of `@kaleido/kaleido-patches/node`, by the browser's own decoder, in a page or in a worker: upright,
 * opaque on white, sRGB, the first frame. Lossless pictures decode the same; a JPEG within a level or two. A picture
 * with truncated data may be decoded in part: that depends on the platform's decoder.
 * @param name what to call the file in errors, e.g. the product's id
 * @throws KaleidoError naming the file and the reason for one that is broken, too large, not a picture, or of a format
 *   that browsers do not know (TIFF, HEIF)
 */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<DecodedImage> {
  const refuse = imageRefusals(name);
  const { format, size } = assertDecodable(bytes, abilities, refuse);
  // A browser's decoder has no configurable limit.
  if (size === undefined) throw refuse('a header that does not tell the size');
  // The platform's decoder silently ignores errors in the headers.
  const mended = format === 'jpeg' ? mendJpeg(bytes) : undefined;
  const blob = new Blob([new Uint8Array(mended?.bytes ?? bytes)], { type: `image/${format}` });
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(blob, { imageOrientation: 'from-image', colorSpaceConversion: 'default' });
  } catch (cause) {
    throw refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
  try {
    const { width, height } = bitmap;
    if (width * height > mostPixels || Math.max(width, height) > longestSide)
      throw refuse(`${width} x ${height} pixels`);
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d', { willReadFrequently: true, colorSpace: 'srgb' });
    if (context === null) throw refuse('a browser without a two-dimensional canvas');
    context.fillStyle = '#ffffff';
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0);
    const { data: rgba } = context.getImageData(0, 0, width, height);
    const data = new Uint8Array(width * height * 3);
    for (let i = 0, from = 0; i < data.length; i += 3, from += 4) {
      data[i] = rgba[from]!;
      data[i + 1] = rgba[from + 1]!;
      data[i + 2] = rgba[from + 2]!;
    }
    return { width, height, data, ...(mended && { note: mended.note }) };
  } finally {
    bitmap.close();
  }
}
