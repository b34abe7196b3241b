import { type LevelName, levels } from './levels.ts';

/** A run of an image's feature vectors. */
export interface FeatureSlots {
  readonly start: number;
  readonly count: number;
}

/**
 * Where each of an image's 74 feature vectors lies. With all of them at hand, rotation, jigsaw, camouflage, grey and
 * blank are index operations that are drawn afresh every epoch (the released data freezes one draw for all epochs).
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

/** For each of the 55 patches the slot of its upright, coloured vector. */
export const patchSlots: readonly number[] = levels.flatMap(({ name, patches }) =>
  slotRange(featureSlots[name === 'grey' ? 'colour' : name].start, patches),
);

/** `count` slots from `start` on. */
export function slotRange(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => start + index);
}
