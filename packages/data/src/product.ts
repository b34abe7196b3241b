/** One photograph and its caption, as every data source of the project hands it over. */
export interface Product {
  /** Unique in its split: one photograph. */
  readonly id: string;
  /** What several photographs (views) of one article share. */
  readonly productId: string;
  readonly image: ProductImage;
  readonly caption: string;
  /** The coarse class, e.g. `dresses`. */
  readonly category?: string;
  /** The fine class, e.g. `wrap dress`; ITM negatives and retrieval candidates come from the same one. */
  readonly subcategory?: string;
  /** Further labels by field name, e.g. `{ baseColour: 'Navy' }`. Recognition can be trained on any of them. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface ProductImage {
  /** The file as it is: JPEG, PNG, WebP, SVG ... */
  readonly bytes: Uint8Array;
  /** By the bytes, e.g. `image/jpeg`. */
  readonly mediaType: string;
}

/** A row that could not become a product; it is counted and named in the report, and the others go on. */
export interface SkippedProduct {
  readonly id: string;
  /** With the place, e.g. `row 7 of train-00000-of-00001.parquet has no image`. */
  readonly reason: string;
  /** The reason without what differs from row to row, e.g. `has no image`: `summariseSkipped` groups by it. */
  readonly kind?: string;
}

/** A catalogue in splits, read as a stream. */
export interface ProductSource {
  /** How the report names it. */
  readonly name: string;
  /** Changes whenever the products would: what is derived from them is kept under this key. */
  readonly fingerprint: string;
  readonly splits: readonly string[];
  /** At most so many products a split gives; nothing where that is not known before it is read. For progress bars. */
  rows?(split: string): number | undefined;
  /** @throws KaleidoError naming the known splits when there is no such split */
  products(split: string, options?: ReadProductsOptions): AsyncIterable<Product>;
}

export interface ReadProductsOptions {
  readonly onSkipped?: (skipped: SkippedProduct) => void;
  /** Told what is odd about a split but leaves nothing out, at its end. Default: what the source was opened with. */
  readonly onWarning?: (message: string) => void;
}
