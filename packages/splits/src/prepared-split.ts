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
  /** Of the picture's bytes: equal photographs under two ids have the same. */
  readonly imageHash: string;
}

/** A split whose features lie in memory; row r of both speaks of the same photograph. */
export interface PreparedSplit {
  readonly name: string;
  /** Follows from the products and from how their features were made. */
  readonly key: string;
  readonly products: readonly PreparedProduct[];
  readonly features: FeatureAccess;
  readonly positionScale: PositionScale;
  readonly statistics: FeatureStatistics;
  readonly skipped: readonly SkippedProduct[];
  /** Images that could be decoded although something is wrong with their files. */
  readonly noted: readonly { readonly id: string; readonly note: string }[];
  /** What is odd about the split but leaves nothing out. */
  readonly warnings: readonly string[];
  /** Whether the features were there already. */
  readonly cached: boolean;
}
