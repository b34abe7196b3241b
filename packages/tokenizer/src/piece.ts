/** A piece of a text, before special pieces and padding are added. */
export interface Piece {
  readonly id: number;
  readonly beginsWord: boolean;
  readonly offset: readonly [begin: number, end: number];
}
