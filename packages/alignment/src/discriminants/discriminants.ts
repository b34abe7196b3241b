/** What is known about the looks of words, as plain arrays. A place is one of the 50 patches of levels 3 to 5. */
export interface Discriminants {
  /** F */
  readonly featureWidth: number;
  /** K, directions in which a patch is described. */
  readonly components: number;
  /** W words that occur often enough. */
  readonly words: readonly string[];
  /** G groups of products. */
  readonly groups: readonly string[];
  /** [3, F, K] of each level, from features to components */
  readonly directions: Float32Array;
  /** [G + 1, 50, K] mean components of each group at each place; the last of all products, for unknown groups */
  readonly means: Float32Array;
  /** [W, 50] how much a place changes with a word within the groups, in standard errors above chance; >= 0 */
  readonly evidence: Float32Array;
  /** [W, 50, K] the contrast of a word at a place: its product with the components says whether the word fits there */
  readonly contrasts: Float32Array;
  /** [E, 2] group and word of each row of `groupEvidence` */
  readonly groupWords: Int32Array;
  /** [E, 50] how much a place changes with a word within that group alone; >= 0 */
  readonly groupEvidence: Float32Array;
}
