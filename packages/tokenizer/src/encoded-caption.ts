/** A text as model input: [CLS], its pieces, [SEP], and [PAD] up to the wanted length. All arrays have that length. */
export interface EncodedCaption {
  readonly ids: Int32Array;
  /** 1 for every piece, including special ones; 0 for padding. */
  readonly mask: Float32Array;
  /** 1 if a piece begins a word; 0 if it continues one, is special or padding. */
  readonly wordStarts: Uint8Array;
  /** The pieces as in the vocabulary. */
  readonly tokens: readonly string[];
  /**
   * [begin, end) of each piece in the text, in Unicode code points as in the reference; [0, 0] for the special pieces
   * that the encoder adds. `sliceOffsets` converts them to positions in a JavaScript string.
   */
  readonly offsets: readonly (readonly [begin: number, end: number])[];
}

/** Two texts in one sequence: [CLS] first [SEP] second [SEP]. Offsets are relative to the text of the piece. */
export interface EncodedPair extends EncodedCaption {
  /** 0 for [CLS], the first text and its [SEP]; 1 for the second text and its [SEP]; 0 for padding. */
  readonly typeIds: Int32Array;
  /** The text that a piece is from; null for special pieces and padding. */
  readonly sequence: readonly (0 | 1 | null)[];
}
