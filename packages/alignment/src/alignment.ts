/** A word piece of a caption and a kaleido patch of the same product that speak of the same thing. */
export interface Alignment {
  /** The piece's position in the ids of the encoded caption, `[CLS]` being 0. */
  readonly token: number;
  /** The patch's position among the 55 kaleido patches, level by level and row by row, from 0. */
  readonly patch: number;
  /** How sure the pair is, in (0, 1]; surer pairs are masked first. */
  readonly weight: number;
}
