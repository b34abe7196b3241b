import { KaleidoError } from '@kaleido/foundation';
import type { FeatureExtractor, PatchedImage } from './extractors/feature-extractor.ts';
import type { ForegroundFinder } from './foreground/foreground-finder.ts';
import { type DecodedImage, onWhite } from './image/rgb-image.ts';
import { kaleidoPatches } from './kaleido-patches.ts';
import type { SkippedImage, StoredImage } from './store/feature-store-header.ts';
import { precisions } from './store/stored-precision.ts';

/** An image file to be prepared. */
export interface SourceImage {
  readonly id: string;
  readonly productId: string;
  readonly bytes: Uint8Array;
}

export interface PrepareSteps {
  /** @throws KaleidoError for a broken image, which is then skipped */
  decode(bytes: Uint8Array, name: string): Promise<DecodedImage>;
  readonly foreground: ForegroundFinder;
  readonly extractor: FeatureExtractor;
}

export interface PreparedBatch {
  readonly images: readonly StoredImage[];
  /** In the extractor's precision, [images, 74, F]. */
  readonly values: Uint16Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;
  readonly skipped: readonly SkippedImage[];
}

/** Runs a few images through the patch generator: decode, find the object, cut the patches, extract. */
export async function prepareBatch(batch: readonly SourceImage[], steps: PrepareSteps): Promise<PreparedBatch> {
  const images: StoredImage[] = [];
  const patched: PatchedImage[] = [];
  const skipped: SkippedImage[] = [];
  const decode = (index: number): Promise<DecodedImage | SkippedImage> | undefined => {
    const next = batch[index];
    const decoded = next && decodeOrSkip(next, steps);
    // Handled when it is awaited; if an earlier image fails first, this one must not count as unhandled.
    decoded?.catch(() => undefined);
    return decoded;
  };
  // A thread of the decoder decodes the next image while the current one is processed.
  let next = decode(0);
  for (const [index, { id, productId }] of batch.entries()) {
    const image = (await next) as DecodedImage | SkippedImage;
    next = decode(index + 1);
    if ('reason' in image) {
      skipped.push(image);
      continue;
    }
    const { mask, fallback, ...box } = await steps.foreground.find(image);
    const patches = kaleidoPatches(box, image);
    patched.push({ image: mask === undefined ? image : onWhite(image, mask), patches });
    const { width, height, note } = image;
    images.push({
      id,
      productId,
      box: patches[0]!.box,
      width,
      height,
      ...(fallback === undefined ? {} : { fallback }),
      ...(note === undefined ? {} : { note }),
    });
  }
  const features = patched.length === 0 ? new Float32Array(0) : await steps.extractor.extract(patched);
  const values = precisions[steps.extractor.precision ?? 'float16'].encode(features); // [images, 74, F]
  return { images, values, skipped };
}

async function decodeOrSkip({ id, bytes }: SourceImage, steps: PrepareSteps): Promise<DecodedImage | SkippedImage> {
  try {
    return await steps.decode(bytes, id);
  } catch (error) {
    // Only errors of the decoder mean a broken file; all others are bugs and must be thrown.
    if (!KaleidoError.isInstance(error)) throw error;
    return { id, reason: error.message };
  }
}
