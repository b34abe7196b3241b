/** Captions as plain arrays, without tensors, which can be sent between threads. */
export interface TextBatch {
  /** B */
  readonly size: number;
  /** T */
  readonly textLength: number;
  /** [B, T] word pieces, padded with 0 */
  readonly ids: Int32Array;
  /** [B, T] 1 for a token, 0 for padding */
  readonly mask: Float32Array;
  /** [B, T] rows of the segment table; default: all 0 */
  readonly segments?: Int32Array;
}

/** Images as plain arrays: the patches of each image, level by level, row by row. */
export interface ImageBatch {
  /** B */
  readonly size: number;
  /** F */
  readonly featureWidth: number;
  /** [B, P, F] */
  readonly features: Float32Array;
  /** [B, P, 5] x1, x2, y1, y2, width x height, on the model's position scale */
  readonly positions: Float32Array;
  /** Indices among the 55 patches, ascending; default: all 55. The joint space of patches needs one of each level. */
  readonly patches?: readonly number[];
  /** [B, 25] 0 if a level 5 patch is blanked, else 1; default: nothing is blanked */
  readonly blankKeep?: Float32Array;
}
