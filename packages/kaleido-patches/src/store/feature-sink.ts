import type { SkippedImage, StoredImage } from './feature-store-header.ts';
import type { StoredValues } from './stored-precision.ts';

/** Where prepared features go, image by image in the order of the source; whole or not at all. */
export interface FeatureSink {
  /** The images that an earlier writer has left here, with vectors or skipped: they need not come again. */
  readonly resumed: ReadonlySet<string>;
  /** Of these, how many were skipped. */
  readonly resumedSkips: number;
  /** @param values the images' vectors, [images, 74, F], in the precision of the store */
  append(images: readonly StoredImage[], values: StoredValues): Promise<void>;
  /** Notes an image that is left out. */
  skip(skipped: SkippedImage): Promise<void>;
  /** Puts everything in place. */
  finish(): Promise<void>;
  /** Leaves what was appended for a writer that goes on from it. */
  close(): Promise<void>;
  /** Removes everything that was appended. */
  discard(): Promise<void>;
}
