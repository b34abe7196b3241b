import { KaleidoError } from '@kaleido/foundation';
import type { FeatureExtractor, PatchedImage } from './feature-extractor.ts';
import type { SkippedImage, StoredImage } from './feature-store-header.ts';
import type { ForegroundFinder } from './foreground-finder.ts';
import { kaleidoPatches } from './kaleido-patches.ts';
import { onWhite, type RgbImage } from './rgb-image.ts';
import { precisions } from './stored-precision.ts';

/** An image file on its way into the store. */
export interface SourceImage {
  readonly id: string;
  readonly productId: string;
  readonly bytes: Uint8Array;
}

export interface PrepareSteps {
  /** @throws KaleidoError for an image that is broken; it is then skipped */
  decode(bytes: Uint8Array, name: string): Promise<RgbImage>;
  readonly foreground: ForegroundFinder;
  readonly extractor: FeatureExtractor;
}

export interface PreparedBatch {
  readonly images: readonly StoredImage[];
  /** In the extractor's precision, [images, 74, F]. */
  readonly values: Uint16Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;
  readonly skipped: readonly SkippedImage[];
}

/** The way of a few images through the patch generator: decode, find the object, cut the patches, extract. */
export async function prepareBatch(batch: readonly SourceImage[], steps: PrepareSteps): Promise<PreparedBatch> {
  const images: StoredImage[] = [];
  const patched: PatchedImage[] = [];
  const skipped: SkippedImage[] = [];
  for (const { id, productId, bytes } of batch) {
    let image: RgbImage;
    try {
      image = await steps.decode(bytes, id);
    } catch (error) {
      // Only what the decoder says about the file is the file's fault; anything else is ours and must be seen.
      if (!KaleidoError.isInstance(error)) throw error;
      skipped.push({ id, reason: error.message });
      continue;
    }
    const { mask, ...box } = steps.foreground.find(image);
    const patches = kaleidoPatches(box, image);
    patched.push({ image: mask === undefined ? image : onWhite(image, mask), patches });
    images.push({ id, productId, box: patches[0]!.box, width: image.width, height: image.height });
  }
  const features = patched.length === 0 ? new Float32Array(0) : await steps.extractor.extract(patched);
  const values = precisions[steps.extractor.precision ?? 'float16'].encode(features); // [images, 74, F]
  return { images, values, skipped };
}
