/** What is compared: the tokens of a caption and of its references. */
export interface TokenisedItem {
  readonly candidate: readonly string[];
  readonly references: readonly (readonly string[])[];
}
