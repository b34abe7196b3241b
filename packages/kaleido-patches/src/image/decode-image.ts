import { KaleidoError } from '@kaleido/foundation';
import sharp from 'sharp';
import { assertDecodable, imageRefusals, longestSide, mostPixels } from './decode-limits.ts';
import type { RgbImage } from './rgb-image.ts';

/**
 * Decodes an image file to an upright, opaque sRGB picture: EXIF orientation applied, transparency laid on white,
 * CMYK and 16 bits brought to 8 bits of RGB, the first frame of an animation. The bytes tell the format (JPEG, PNG, WebP,
 * GIF, AVIF, HEIF, TIFF), whatever the file is called. Nothing with more than 50 million pixels is unpacked.
 * @param name what to call the file in errors, e.g. the product's id
 * @throws KaleidoError naming the file and the reason for one that is cut, broken, too large, or no raster picture
 */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<RgbImage> {
  const refuse = imageRefusals(name);
  const { format } = assertDecodable(bytes, refuse);
  try {
    // Warnings fail too: libjpeg fills the lower half of a cut file with grey and only warns.
    const picture = sharp(bytes, { limitInputPixels: mostPixels, failOn: 'warning', pages: 1 }).autoOrient();
    // JPEG knows no transparency: a pass less.
    const opaque = format === 'jpeg' ? picture : picture.flatten({ background: '#ffffff' });
    const { data, info } = await opaque
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw refuse(`${info.channels} channels`);
    if (Math.max(info.width, info.height) > longestSide) throw refuse(`${info.width} x ${info.height} pixels`);
    return { width: info.width, height: info.height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
  } catch (error) {
    if (KaleidoError.isInstance(error)) throw error;
    throw refuse(reasonOf(error), error);
  }
}

/** libvips writes a line for each layer that noticed; the first says what happened. */
function reasonOf(error: unknown): string {
  const [first = ''] = String(error instanceof Error ? error.message : error)
    .trim()
    .split('\n');
  return /^Warning treated as error/.test(first) ? 'damaged data, of which the decoder warns' : first;
}
