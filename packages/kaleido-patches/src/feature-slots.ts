import { type PatchLevel, patchLevels } from './kaleido-patches.ts';

/** A run of feature vectors of one image. */
export interface FeatureSlots {
  readonly start: number;
  readonly count: number;
}

/**
 * Where each of an image's 74 feature vectors lies. With all of them at hand, rotation, jigsaw, camouflage, grey and blank
 * are index operations, drawn afresh every epoch (the released data freezes one draw for all epochs).
 * Slot 0 + n of `rotations` is the level 1 patch turned clockwise by n x 90 degrees.
 */
export const featureSlots: {
  readonly rotations: FeatureSlots;
  readonly jigsaw: FeatureSlots;
  readonly camouflage: FeatureSlots;
  readonly grey: FeatureSlots;
  readonly colour: FeatureSlots;
  readonly blank: FeatureSlots;
} = {
  /** Level 1, 4 quarter turns clockwise; the first is the upright patch. */
  rotations: { start: 0, count: 4 },
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

/** For each of the 55 patches, in the order of `kaleidoPatches`, the slot of its upright, coloured vector. */
export const patchSlots: readonly number[] = patchLevels.flatMap((level) => {
  const { start } = levelSlots(level);
  return Array.from({ length: level * level }, (_, index) => start + index);
});

function levelSlots(level: PatchLevel): FeatureSlots {
  switch (level) {
    case 1:
      return featureSlots.rotations;
    case 2:
      return featureSlots.jigsaw;
    case 3:
      return featureSlots.camouflage;
    case 4:
      return featureSlots.colour;
    case 5:
      return featureSlots.blank;
    default:
      return level satisfies never;
  }
}
