/** What may follow some texts. */
export interface NextPieces {
  /** [R, V], the log-probability of each piece after each text; -Infinity for those that may not follow. */
  readonly logProbabilities: Float32Array;
  /** [R, P], what the position looked at, on request. */
  readonly attention?: Float32Array;
}

/** Reads texts from left to right, several at a time. */
export interface PieceReader {
  /** V */
  readonly vocabularySize: number;
  /**
   * Appends a piece to each of R texts.
   * @param texts the row, in the call before, of the text that each piece follows; in the first call, its photograph
   * @param pieces one for each
   */
  next(texts: readonly number[], pieces: readonly number[]): Promise<NextPieces>;
}
