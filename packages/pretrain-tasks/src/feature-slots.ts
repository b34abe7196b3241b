/** Where each kind of vector begins among an image's 74 (the layout of the feature store of `@kaleido/kaleido-patches`). */
export const featureSlots = {
  /** 4: the whole box turned clockwise by 0, 90, 180 and 270 degrees. */
  rotation: 0,
  /** 4: level 2. */
  jigsaw: 4,
  /** 9: level 3. */
  camouflage: 8,
  /** 16: level 4 without colours. */
  grey: 17,
  /** 16: level 4. */
  colour: 33,
  /** 25: level 5. */
  blank: 49,
} as const;

/** Patches of one image over all levels: 1 + 4 + 9 + 16 + 25 (paper 3.2). */
export const patchCount = 55;

/** Index of each level's first patch among the 55 of the sequence. */
export const levelStart = { rotation: 0, jigsaw: 1, camouflage: 5, grey: 14, blank: 30 } as const;

/** `count` slots from `start` on. */
export function slotRange(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => start + index);
}
