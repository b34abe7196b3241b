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

/** Turns the patches of images into vectors: raw pixels, or the features of a network. */
export interface FeatureExtractor {
  /** Names the method, e.g. `mobilenet-v2`; stored with the features. */
  readonly name: string;
  /** SHA-256 of the weights in hexadecimal; empty for a method without weights. Several are joined by `+`. */
  readonly weightsHash: string;
  /** Everything else that changes the values. */
  readonly settings: Settings;
  /** F: length of a vector. */
  readonly featureWidth: number;
  /** Size that a patch, or the box, is resized to; absent if several parts have different sizes. */
  readonly inputSize?: Size;
  /** Normalisation of the pixels: none, to 0..1, or by ImageNet's mean and deviation. */
  readonly normalisation?: 'none' | 'unit' | 'imagenet';
  /** Precision in which the values are stored. Default half precision. */
  readonly precision?: StoredPrecision;
  /**
   * The 74 vectors of every image, [images, 74, F], in the layout of `featureSlots`.
   * An image's vectors do not depend on the other images, except for rounding on backends that sum by batch.
   */
  extract(images: readonly PatchedImage[]): Promise<Float32Array>;
  /** Frees the weights; the extractor cannot be used afterwards. */
  dispose(): void;
}
