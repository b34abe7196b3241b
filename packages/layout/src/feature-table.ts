/** The feature vectors of some images: 74 each, decoded on demand. Row r is the same image everywhere. */
export interface FeatureTable {
  readonly rows: number;
  /** F */
  readonly featureWidth: number;
  /**
   * Writes the vectors of these slots of a row to `target` from `offset`, [slots, F].
   * @throws RangeError if the table does not hold the row or the slot
   */
  copy(row: number, slots: readonly number[], target: Float32Array, offset?: number): void;
  /** The positions of a row's 55 patches, [55, 5]; read only. */
  positions(row: number): Float32Array;
}

/** Feature vectors that are read on demand: from memory, or from a store that is too large for memory. */
export interface FeatureReader {
  readonly rows: number;
  /** F */
  readonly featureWidth: number;
  /** Returns a table with these rows. They stay loaded while the table is in use. */
  load(rows: ArrayLike<number>): Promise<FeatureTable>;
  /** Closes open files. */
  close?(): Promise<void>;
}

/** Features that are in memory already. */
export function residentFeatures(table: FeatureTable): FeatureReader {
  return { rows: table.rows, featureWidth: table.featureWidth, load: async () => table };
}
