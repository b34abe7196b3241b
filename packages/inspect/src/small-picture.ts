import { pictureUri } from '@kaleido/eval';
import { KaleidoError } from '@kaleido/foundation';
import { resizeImage, wholeImage } from '@kaleido/kaleido-patches';
import { decodeImage } from '@kaleido/kaleido-patches/node';
import sharp from 'sharp';

/** The longer side in pixels: sharp enough on a page, and some 5 kB. */
const longest = 200;

/** A photograph as a small JPEG in a `data:` URI; undefined if it cannot be decoded. */
export async function smallPicture(bytes: Uint8Array, id: string): Promise<string | undefined> {
  try {
    const picture = await decodeImage(bytes, id);
    const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
    const side = (length: number): number => Math.max(1, Math.round(length * scale));
    const { data, width, height } = resizeImage(picture, wholeImage(picture), {
      width: side(picture.width),
      height: side(picture.height),
    });
    const file = await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 78 })
      .toBuffer();
    return pictureUri(file, 'image/jpeg');
  } catch (error) {
    if (KaleidoError.isInstance(error)) return undefined;
    throw error;
  }
}
