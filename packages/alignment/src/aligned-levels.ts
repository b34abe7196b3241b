import { levels, patchSlots } from '@kaleido/layout';

/** Levels whose patches are aligned: those of which guided masking hides some (paper 3.4). */
export const alignedLevels = levels.filter(({ scale }) => scale >= 3);

/** First of the patches that are aligned; they go on to the last. */
export const firstPlace = alignedLevels[0]!.start;

/** Patches that are aligned: 9 + 16 + 25. */
export const placeCount = alignedLevels.reduce((sum, { patches }) => sum + patches, 0);

/** Feature slots of these patches. */
export const placeSlots: readonly number[] = patchSlots.slice(firstPlace);
