import type { SkippedImage, StoredImage } from './feature-store-header.ts';
import type { StoredValues } from './stored-precision.ts';

/** Receives prepared features, image by image in the order of the source. The result is complete or absent. */
export interface FeatureSink {
  /** Images stored by an earlier writer, with vectors or skipped; they need not be appended again. */
  readonly resumed: ReadonlySet<string>;
  /** How many of these were skipped. */
  readonly resumedSkips: number;
  /** @param values the images' vectors, [images, 74, F], in the precision of the store */
  append(images: readonly StoredImage[], values: StoredValues): Promise<void>;
  /** Records an image that is left out. */
  skip(skipped: SkippedImage): Promise<void>;
  /** Completes the store. */
  finish(): Promise<void>;
  /** Keeps the appended images, so that another writer can resume. */
  close(): Promise<void>;
  /** Removes everything that was appended. */
  discard(): Promise<void>;
}
