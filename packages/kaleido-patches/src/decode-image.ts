import { KaleidoError } from '@kaleido/foundation';
import sharp from 'sharp';
import type { RgbImage } from './rgb-image.ts';

/** Pictures with more pixels are refused before they are unpacked: 50 million are 150 MB as RGB. */
const mostPixels = 50_000_000;

/** Raster formats of catalogues. Vector and document formats are refused: they are programs for a renderer. */
const formats: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp', 'gif', 'heif', 'avif', 'tiff']);

/**
 * Decodes an image file to an upright, opaque sRGB picture: EXIF orientation applied, transparency laid on white,
 * 16 bits reduced to 8, the first frame of an animation. The bytes tell the format, whatever the file is called.
 * @param name what to call the file in errors, e.g. the product's id
 * @throws KaleidoError naming the file and the reason for one that is cut, broken, too large, or no raster picture
 */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<RgbImage> {
  const refuse = (reason: string, cause?: unknown): KaleidoError =>
    new KaleidoError({
      source: 'kaleido-patches',
      problem: `cannot decode the image ${name}`,
      found: reason,
      advice: 'replace the file, or leave the product out',
      ...(cause === undefined ? {} : { cause }),
    });
  if (bytes.length === 0) throw refuse('no bytes');
  try {
    // Warnings fail too: libjpeg fills the lower half of a cut file with grey and only warns.
    const picture = sharp(bytes, { limitInputPixels: mostPixels, failOn: 'warning', pages: 1 });
    const { format } = await picture.metadata();
    if (!formats.has(format)) throw refuse(`the format ${format}, which is no raster picture of a catalogue`);
    const { data, info } = await picture
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw refuse(`${info.channels} channels`);
    return { width: info.width, height: info.height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
  } catch (error) {
    if (KaleidoError.isInstance(error)) throw error;
    // libvips writes a line for each layer that noticed; the first says what happened.
    throw refuse(
      String(error instanceof Error ? error.message : error)
        .trim()
        .split('\n')[0]!,
      error,
    );
  }
}
