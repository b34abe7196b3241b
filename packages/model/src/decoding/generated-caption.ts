/** A caption that a model wrote. */
export interface GeneratedCaption {
  /** Its pieces, one or more, without [CLS] and [SEP]. */
  readonly ids: Int32Array;
  /**
   * The natural logarithm of its probability, of [SEP] too where that was predicted. Pieces that no caption may hold
   * count as impossible. Of masked pieces it is the sum over each piece as it was predicted last, which cannot be
   * compared with captions that were read from left to right.
   */
  readonly logProbability: number;
  /** Whether it reached the longest text before [SEP]. */
  readonly cut: boolean;
  /**
   * [pieces, P], what each piece looked at when it was predicted: the attention of its position over the patches, mean
   * over the heads of the layer asked for. A row sums to less than 1: the rest goes to the text.
   */
  readonly attention?: Float32Array;
}
