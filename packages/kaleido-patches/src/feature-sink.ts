import type { SkippedImage, StoredImage } from './feature-store-header.ts';

/** Where prepared features go, image by image in the order of the source; whole or not at all. */
export interface FeatureSink {
  /** @param bits the images' vectors, [images, 74, F], as half-precision bits */
  append(images: readonly StoredImage[], bits: Uint16Array): Promise<void>;
  /** Notes an image that is left out. */
  skip(skipped: SkippedImage): void;
  /** Puts everything in place. */
  finish(): Promise<void>;
  /** Removes everything that was appended. */
  discard(): Promise<void>;
}
