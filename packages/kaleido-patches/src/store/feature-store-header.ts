import type { Box, Size } from '../box.ts';
import type { FeatureExtractor } from '../extractors/feature-extractor.ts';
import type { ForegroundFallback, ForegroundFinder } from '../foreground/foreground-finder.ts';
import type { Settings } from '../settings.ts';
import type { StoredPrecision } from './stored-precision.ts';

/** What made a store's features. Two stores with equal headers hold equal features, so it is the key to keep them under. */
export interface FeatureStoreHeader {
  readonly extractor: {
    readonly name: string;
    readonly weightsHash: string;
    readonly settings: Settings;
    readonly featureWidth: number;
    /** Half precision where it is left out. */
    readonly precision?: StoredPrecision;
  };
  readonly foreground: {
    readonly name: string;
    /** Of a network. */
    readonly weightsHash?: string;
    readonly settings: Settings;
  };
  /** The fingerprint of the images: their source and, where it has several, the split. */
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

/** An image whose vectors a store holds. */
export interface StoredImage extends Size {
  /** Unique in the store. */
  readonly id: string;
  /** Shared by the images of one article. */
  readonly productId: string;
  /** The object's box, in pixels of the image; the patches follow from it. */
  readonly box: Box;
  /** Why the whole picture was taken, where the object was not found. */
  readonly fallback?: ForegroundFallback;
  /** What was wrong with the file, where it could be decoded in spite of it. */
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
