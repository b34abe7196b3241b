import type { Tensor } from '@kaleido/backend';

/** Captions as tensors. */
export interface TextInput {
  /** int32 [B, T] */
  readonly ids: Tensor;
  /** float32 [B, T], 1 for a token and 0 for padding */
  readonly mask: Tensor;
  /** int32 [B, T], rows of the segment table. Default: all 0, as for captions */
  readonly segments?: Tensor;
}

/** Photographs as tensors: the 55 patches of each, levels 1 to 5 in order, row by row. */
export interface ImageInput {
  /** float32 [B, P, F] */
  readonly features: Tensor;
  /** float32 [B, P, 5], [x1, x2, y1, y2, w h] on the configuration's `position_scale` */
  readonly positions: Tensor;
  /** Which of the 55 these are, ascending. Default: all of them. The joint space of patches needs one of each level. */
  readonly patches?: readonly number[];
  /** float32 [B, 25], 0 where a patch of level 5 is blanked and 1 elsewhere; omitted if none is */
  readonly blankKeep?: Tensor;
}
