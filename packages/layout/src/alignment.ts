/** A word piece of a caption and a kaleido patch of the same product that show the same thing (paper 3.3). */
export interface Alignment {
  /** Index of the piece among the caption's ids; `[CLS]` is 0. */
  readonly token: number;
  /** Index of the patch among the 55, level by level and row by row, from 0. */
  readonly patch: number;
  /** Confidence in (0, 1]; confident pairs are masked first. */
  readonly weight: number;
}
