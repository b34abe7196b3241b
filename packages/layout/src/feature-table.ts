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
