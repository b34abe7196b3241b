import type { Product, ReadProductsOptions } from './product.ts';

/**
 * What a connector gives: products of one or more splits, read as a stream. Every row becomes a product or goes to
 * `onSkipped`.
 */
export interface RowSource {
  readonly name: string;
  /** Changes if the products change; pictures in files of their own are not part of it. */
  readonly fingerprint: string;
  /** Whether pictures are in files of their own, of which `fingerprint` knows nothing. */
  readonly hasPictureFiles: boolean;
  /** Whether `fingerprint` changes with every row; of photographs with files beside them it knows none of their rows. */
  readonly fingerprintHasRows: boolean;
  /**
   * The sizes in bytes of all pictures in files, in the order of their rows; -1 for those that are not there. Of pictures
   * behind addresses there are none.
   */
  pictureSizes?(): AsyncIterable<number>;
  /** The splits that the data itself has; none if it has no such thing. */
  readonly splits: readonly string[];
  rows?(split: string): number | undefined;
  /** @param split one of `splits`; undefined for all rows */
  read(split: string | undefined, options: ReadRowsOptions): AsyncIterable<Product>;
}

export interface ReadRowsOptions extends ReadProductsOptions {
  /**
   * Is asked once a row whether it is read: with the row's product, or the id or place under which it would be left out.
   * Default: every row is.
   */
  readonly wants?: (product: string) => boolean;
}
