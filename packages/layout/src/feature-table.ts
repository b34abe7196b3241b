/** The feature vectors of some images: 74 each, decoded on demand. Row r speaks of the same image everywhere. */
export interface FeatureTable {
  readonly rows: number;
  /** F */
  readonly featureWidth: number;
  /**
   * Writes the vectors of these slots of a row to `target` from `offset` on, [slots, F].
   * @throws RangeError if the table does not hold the row or the slot
   */
  copy(row: number, slots: readonly number[], target: Float32Array, offset?: number): void;
  /** The positions of a row's 55 patches, [55, 5]; read only. */
  positions(row: number): Float32Array;
}

/** Feature vectors that are read when they are asked for: from memory, or from a store that is too large for it. */
export interface FeatureReader {
  readonly rows: number;
  /** F */
  readonly featureWidth: number;
  /** A table that holds these rows. It holds them for as long as it is in use. */
  load(rows: ArrayLike<number>): Promise<FeatureTable>;
  /** Frees what the reader holds open. */
  close?(): Promise<void>;
}

/** Features that are in memory already. */
export function residentFeatures(table: FeatureTable): FeatureReader {
  return { rows: table.rows, featureWidth: table.featureWidth, load: async () => table };
}
