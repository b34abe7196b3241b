/** A text as the model takes it: [CLS], its pieces, [SEP], and [PAD] up to the wanted length. All arrays are as long. */
export interface EncodedCaption {
  readonly ids: Int32Array;
  /** 1 for every piece, special ones included; 0 for padding. */
  readonly mask: Float32Array;
  /** 1 where a piece begins a word, 0 where it continues one, is special or padding. */
  readonly wordStarts: Uint8Array;
  /** The pieces as written in the vocabulary. */
  readonly tokens: readonly string[];
  /**
   * [begin, end) of each piece in the text, in Unicode code points, as the reference counts; [0, 0] for the special
   * pieces that the encoder adds. `sliceOffsets` turns a pair into positions of a JavaScript string.
   */
  readonly offsets: readonly (readonly [begin: number, end: number])[];
}

/** Two texts in one sequence: [CLS] first [SEP] second [SEP]. Offsets are those of each piece's own text. */
export interface EncodedPair extends EncodedCaption {
  /** 0 for [CLS], the first text and its [SEP]; 1 for the second text and its [SEP]; 0 for padding. */
  readonly typeIds: Int32Array;
  /** Which text a piece is from, null for special pieces and padding. */
  readonly sequence: readonly (0 | 1 | null)[];
}
