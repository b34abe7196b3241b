import type { Box, Size } from '../box.ts';
import type { FeatureExtractor } from '../extractors/feature-extractor.ts';
import type { ForegroundFallback, ForegroundFinder } from '../foreground/foreground-finder.ts';
import type { Settings } from '../settings.ts';
import type { StoredPrecision } from './stored-precision.ts';

/** How a store's features were made. Stores with equal headers hold equal features, so it serves as a cache key. */
export interface FeatureStoreHeader {
  readonly extractor: {
    readonly name: string;
    readonly weightsHash: string;
    readonly settings: Settings;
    readonly featureWidth: number;
    /** Default half precision. */
    readonly precision?: StoredPrecision;
  };
  readonly foreground: {
    readonly name: string;
    /** SHA-256 of a network's weights. */
    readonly weightsHash?: string;
    readonly settings: Settings;
  };
  /** The fingerprint of the images: their source and, if it has several, the split. */
  readonly source: string;
}

export interface FeatureStoreParts {
  readonly extractor: Pick<FeatureExtractor, 'name' | 'weightsHash' | 'settings' | 'featureWidth' | 'precision'>;
  readonly foreground: Pick<ForegroundFinder, 'name' | 'weightsHash' | 'settings'>;
  readonly source: string;
}

/** The header of a store made from these parts. */
export function featureStoreHeader({ extractor, foreground, source }: FeatureStoreParts): FeatureStoreHeader {
  const { name, weightsHash, settings, featureWidth, precision = 'float16' } = extractor;
  return {
    extractor: { name, weightsHash, settings, featureWidth, ...(precision === 'float16' ? {} : { precision }) },
    foreground: {
      name: foreground.name,
      ...(foreground.weightsHash === undefined ? {} : { weightsHash: foreground.weightsHash }),
      settings: foreground.settings,
    },
    source,
  };
}

/** An image in a store. */
export interface StoredImage extends Size {
  /** Unique in the store. */
  readonly id: string;
  /** Shared by the images of one article. */
  readonly productId: string;
  /** The object's box, in pixels of the image; the patches follow from it. */
  readonly box: Box;
  /** Why the whole picture was taken, if the object was not found. */
  readonly fallback?: ForegroundFallback;
  /** Errors in the file that did not prevent decoding. */
  readonly note?: string;
}

/** An image that could not be prepared. */
export interface SkippedImage {
  readonly id: string;
  readonly reason: string;
}

/** Mean and standard deviation of every feature, [F] each, over the 55 upright coloured vectors of all images. */
export interface FeatureStatistics {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}
