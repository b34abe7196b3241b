/**
 * The products of a split as the tasks see them: numbers only, row by row, so that worker threads can share them.
 * Row r of every array describes the same photograph.
 */
export interface TaskCatalogue {
  /** N, photographs. */
  readonly rows: number;
  /** T, the width of `ids`. */
  readonly textLength: number;
  /** [N, T] word pieces with [CLS] and [SEP], padded with 0. */
  readonly ids: Int32Array;
  /** [N, T] 1 where a piece begins a word; special tokens and padding are 0. */
  readonly wordStarts: Uint8Array;
  /** [N] pieces of the caption, [CLS] and [SEP] included. */
  readonly lengths: Int32Array;
  /** [N] which article the photograph shows; several views share it. */
  readonly products: Int32Array;
  /** [N] which caption, after normalisation; equal captions share it. */
  readonly captions: Int32Array;
  /** [N] which picture, by its bytes; equal pictures share it. Omitted: no picture is repeated. */
  readonly images?: Int32Array | undefined;
  /** [N] sub-category, from which negatives are drawn. */
  readonly groups: Int32Array;
}
