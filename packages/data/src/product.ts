/** One photograph and its caption, as every data source of the project returns it. */
export interface Product {
  /** Unique in its split: one photograph. */
  readonly id: string;
  /** Shared by all photographs (views) of one product. */
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
  /** The unchanged file: JPEG, PNG, WebP, SVG ... */
  readonly bytes: Uint8Array;
  /** Detected from the bytes, e.g. `image/jpeg`. */
  readonly mediaType: string;
}

/** A row that could not become a product; it is counted and named in the report, and reading continues. */
export interface SkippedProduct {
  readonly id: string;
  /** With the place, e.g. `row 7 of train-00000-of-00001.parquet has no image`. */
  readonly reason: string;
  /** The general part of the reason, e.g. `has no image`: `summariseSkipped` groups by it. */
  readonly kind?: string;
}

/** A catalogue in splits, read as a stream. */
export interface ProductSource {
  /** Name in reports. */
  readonly name: string;
  /** Changes if the products change: data derived from them is stored under this key. */
  readonly fingerprint: string;
  readonly splits: readonly string[];
  /** The most products of a split, for progress bars; undefined if unknown before it is read. */
  rows?(split: string): number | undefined;
  /** @throws KaleidoError naming the known splits if there is no such split */
  products(split: string, options?: ReadProductsOptions): AsyncIterable<Product>;
}

export interface ReadProductsOptions {
  readonly onSkipped?: (skipped: SkippedProduct) => void;
  /** Receives warnings about a split when its reading ends. Default: the source's `onWarning`. */
  readonly onWarning?: (message: string) => void;
}
