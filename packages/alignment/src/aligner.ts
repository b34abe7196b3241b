import type { Alignment, FeatureReader } from '@kaleido/layout';

/** Photographs and their captions, row by row; row r of every array is the same photograph. */
export interface AlignableProducts {
  /** N */
  readonly rows: number;
  /** T, the width of `ids`. */
  readonly textLength: number;
  /** [N, T] word pieces with [CLS] and [SEP], padded with 0 */
  readonly ids: Int32Array;
  /** [N, T] 1 where a piece begins a word */
  readonly wordStarts: Uint8Array;
  /** [N] pieces of the caption, [CLS] and [SEP] included */
  readonly lengths: Int32Array;
  /** [N] the sub-category, or another name of products that look alike; '' where it is unknown */
  readonly groups: readonly string[];
  readonly features: FeatureReader;
}

/** Finds which patches show what the words of a caption say. */
export interface Aligner {
  /** The pairs of each product, in ascending order of token and patch; none for a caption whose words show nothing. */
  align(products: AlignableProducts, options?: AlignOptions): AsyncIterable<readonly Alignment[]>;
}

export interface AlignOptions {
  readonly onProgress?: (aligned: number, total: number) => void;
  readonly signal?: AbortSignal;
}
