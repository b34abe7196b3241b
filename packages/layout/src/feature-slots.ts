import { type LevelName, levels } from './levels.ts';

/** A range of an image's feature vectors. */
export interface FeatureSlots {
  readonly start: number;
  readonly count: number;
}

/**
 * The positions of an image's 74 feature vectors. With them, rotation, jigsaw, camouflage, grey and blank are index
 * operations that are drawn again every epoch (the released data has one draw for all epochs).
 */
export const featureSlots: Readonly<Record<LevelName | 'colour', FeatureSlots>> = {
  /** Level 1 turned clockwise by 0, 90, 180 and 270 degrees; the first is upright. */
  rotation: { start: 0, count: 4 },
  /** Level 2. */
  jigsaw: { start: 4, count: 4 },
  /** Level 3. */
  camouflage: { start: 8, count: 9 },
  /** Level 4 without colours. */
  grey: { start: 17, count: 16 },
  /** Level 4. */
  colour: { start: 33, count: 16 },
  /** Level 5. */
  blank: { start: 49, count: 25 },
};

/** 4 + 4 + 9 + 16 + 16 + 25. */
export const featureSlotCount = 74;

/** The slot of the upright, coloured vector of each of the 55 patches. */
export const patchSlots: readonly number[] = levels.flatMap(({ name, patches }) =>
  slotRange(featureSlots[name === 'grey' ? 'colour' : name].start, patches),
);

/** `count` slots from `start`. */
export function slotRange(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => start + index);
}
