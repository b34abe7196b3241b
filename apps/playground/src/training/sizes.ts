export interface PretrainingSizes {
  /** Garments to learn from. */
  readonly training: number;
  /** Garments that are only asked about. */
  readonly heldOut: number;
  /** Those of them that are shown. */
  readonly shown: number;
  /** Garments with which training begins; the others join in while it runs. */
  readonly first: number;
}

/**
 * 512 garments are seen some twenty times in a minute; their features take 39 MB. 16 captions to choose from: one in 16
 * is right by chance.
 */
export const usualSizes: PretrainingSizes = { training: 512, heldOut: 16, shown: 4, first: 64 };
