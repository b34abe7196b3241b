import type { Size } from '../box.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import type { KaleidoPatch } from '../kaleido-patches.ts';
import type { Settings } from '../settings.ts';
import type { StoredPrecision } from '../store/stored-precision.ts';

export interface PatchedImage {
  readonly image: RgbImage;
  /** The 55 patches of `kaleidoPatches`. */
  readonly patches: readonly KaleidoPatch[];
}

/** Turns the patches of images into vectors: raw pixels, or what a network sees in them. */
export interface FeatureExtractor {
  /** Names the method, e.g. `mobilenet-v2`; stored with the features. */
  readonly name: string;
  /** SHA-256 of the weights as hexadecimal digits; empty for a method without weights. Several are joined by `+`. */
  readonly weightsHash: string;
  /** Everything else that changes the values. */
  readonly settings: Settings;
  /** F: numbers a vector. */
  readonly featureWidth: number;
  /** What a patch, or the box, is resized to; absent where several parts have sizes of their own. */
  readonly inputSize?: Size;
  /** What is done to the pixels first: nothing, 0..1, or ImageNet's mean and deviation taken off. */
  readonly normalisation?: 'none' | 'unit' | 'imagenet';
  /** What the values are kept in; half precision where it is left out. */
  readonly precision?: StoredPrecision;
  /**
   * The 74 vectors of every image, [images, 74, F], in the layout of `featureSlots`.
   * An image's vectors do not depend on the images beside it, but for rounding on backends that add up by batch.
   */
  extract(images: readonly PatchedImage[]): Promise<Float32Array>;
  /** Frees the weights; the extractor cannot be used afterwards. */
  dispose(): void;
}
