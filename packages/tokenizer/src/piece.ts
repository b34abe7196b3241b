/** A piece of a text before special pieces and padding join it. */
export interface Piece {
  readonly id: number;
  readonly beginsWord: boolean;
  readonly offset: readonly [begin: number, end: number];
}
