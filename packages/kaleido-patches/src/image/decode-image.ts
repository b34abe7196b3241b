import sharp from 'sharp';
import { assertDecodable, type DecoderAbilities, imageRefusals, longestSide, mostPixels } from './decode-limits.ts';
import { mendJpeg } from './mend-jpeg.ts';
import type { DecodedImage, RgbImage } from './rgb-image.ts';

const abilities: DecoderAbilities = {
  formats: { jpeg: 'JPEG', png: 'PNG', webp: 'WebP', gif: 'GIF', tiff: 'TIFF', avif: 'AVIF' },
  subject: 'the decoder reads',
  // sharp's own builds only have AV1: HEVC is patented.
  withoutHevc: 'the decoder was built without HEVC',
};

/**
 * Decodes an image file to an upright, opaque sRGB picture: EXIF orientation applied, transparency on white, CMYK and
 * 16 bits converted to 8-bit RGB, the first frame of an animation. The format (JPEG, PNG, WebP, GIF, AVIF, TIFF) is
 * detected from the bytes, regardless of the file name. Pictures with more than 50 million pixels are refused.
 * A JPEG with header errors that do not affect its pixels is decoded with a `note`.
 * @param name what to call the file in errors, e.g. the product's id
 * @throws KaleidoError naming the file and the reason for one that is truncated, broken, too large, of an unsupported
 *   format, or not a picture
 */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<DecodedImage> {
  const refuse = imageRefusals(name);
  const { format } = assertDecodable(bytes, abilities, refuse);
  const decode = (file: Uint8Array): Promise<RgbImage> => decodeWhole(file, format === 'jpeg');
  try {
    return await decode(bytes).catch(async (error: unknown) => {
      const mended = format === 'jpeg' ? mendJpeg(bytes) : undefined;
      if (mended === undefined) throw error;
      return { ...(await decode(mended.bytes)), note: mended.note };
    });
  } catch (error) {
    throw refuse(reasonOf(error), error);
  }
}

async function decodeWhole(bytes: Uint8Array, isOpaque: boolean): Promise<RgbImage> {
  // Warnings fail too: libjpeg fills the missing part of a truncated file with grey and only warns.
  const picture = sharp(bytes, { limitInputPixels: mostPixels, failOn: 'warning', pages: 1 }).autoOrient();
  // JPEG has no transparency, which saves a pass.
  const opaque = isOpaque ? picture : picture.flatten({ background: '#ffffff' });
  const { data, info } = await opaque
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`${info.channels} channels`);
  if (Math.max(info.width, info.height) > longestSide) throw new Error(`${info.width} x ${info.height} pixels`);
  return { width: info.width, height: info.height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

/** libvips writes a line for each layer that failed; the first one with a reason tells what happened. */
function reasonOf(error: unknown): string {
  const lines = String(error instanceof Error ? error.message : error)
    .trim()
    .split('\n')
    .map((line) => line.replace(/^Input buffer has corrupt header: /, 'corrupt header: '));
  if (/^Warning treated as error/.test(lines[0]!)) return 'damaged data, of which the decoder warns';
  // A bad seek is a read past the end of the file, perhaps before another error was found.
  return lines.find((line) => !/source: bad seek/.test(line)) ?? 'a file that is cut';
}
