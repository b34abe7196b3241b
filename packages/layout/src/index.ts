export type { Alignment } from './alignment.ts';
export type { ImageBatch, TextBatch } from './batches.ts';
export { type CaptionWord, captionWords, wordOf } from './caption-words.ts';
export { type FeatureSlots, featureSlotCount, featureSlots, patchSlots, slotRange } from './feature-slots.ts';
export { type FeatureReader, type FeatureTable, residentFeatures } from './feature-table.ts';
export {
  type Level,
  type LevelName,
  type LevelRange,
  type LevelScale,
  levelByName,
  levelRanges,
  levels,
  patchCount,
} from './levels.ts';
export { type PositionScale, positionWidth } from './positions.ts';
