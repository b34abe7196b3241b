import type { ProductSource, SkippedProduct } from '@kaleido/data';
import type { FeatureAccess, FeatureStatistics } from '@kaleido/kaleido-patches';
import type { PositionScale } from '@kaleido/layout';

/** A split of a source of products. */
export interface SourceSplit {
  readonly source: ProductSource;
  readonly split: string;
}

/** A product without its picture. */
export interface PreparedProduct {
  readonly id: string;
  readonly productId: string;
  readonly caption: string;
  readonly category?: string;
  readonly subcategory?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** Hash of the picture's bytes, the same for equal photographs under two ids. */
  readonly imageHash: string;
}

/**
 * A split with its features, in memory or read on demand; row r of products and of features is the same photograph.
 */
export interface PreparedSplit {
  readonly name: string;
  /** Depends on the products and on how their features were made. */
  readonly key: string;
  readonly products: readonly PreparedProduct[];
  readonly features: FeatureAccess;
  readonly positionScale: PositionScale;
  readonly statistics: FeatureStatistics;
  readonly skipped: readonly SkippedProduct[];
  /** Images that could be decoded despite a fault in their files. */
  readonly noted: readonly { readonly id: string; readonly note: string }[];
  /** Oddities of the split that leave nothing out. */
  readonly warnings: readonly string[];
  /** Whether the features already existed. */
  readonly cached: boolean;
}
