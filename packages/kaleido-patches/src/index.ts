export { type BackgroundColourOptions, backgroundColourForeground } from './background-colour-foreground.ts';
export { type Box, growBox, type Size } from './box.ts';
export { type ColourExtractorOptions, colourExtractor } from './colour-extractor.ts';
export type { ExtractorDescription, SingleExtractorDescription } from './extractor-description.ts';
export type { FeatureExtractor, PatchedImage } from './feature-extractor.ts';
export type { FeatureSink } from './feature-sink.ts';
export { type FeatureSlots, featureSlotCount, featureSlots, patchSlots } from './feature-slots.ts';
export {
  type FeatureStatistics,
  type FeatureStoreHeader,
  type FeatureStoreParts,
  featureStoreHeader,
  type SkippedImage,
  type StoredImage,
} from './feature-store-header.ts';
export { createForegroundFinder, type ForegroundDescription } from './foreground-description.ts';
export { type ForegroundBox, type ForegroundFinder, wholeImageForeground } from './foreground-finder.ts';
export { toGrey } from './grey-image.ts';
export { joinExtractors } from './joined-extractor.ts';
export { type KaleidoPatch, kaleidoPatches, type PatchLevel, patchCount, patchLevels } from './kaleido-patches.ts';
export {
  type MobileNetOptions,
  mobileNetExtractor,
  type PassPerPatchOptions,
  type PooledMapOptions,
} from './mobile-net-extractor.ts';
export { loadMobileNetV2, type MobileNetV2, mobileNetWidth, normaliseForMobileNet } from './mobile-net-v2.ts';
export { type PositionScale, patchPositions, positionWidth } from './patch-positions.ts';
export { type PixelExtractorOptions, pixelExtractor } from './pixel-extractor.ts';
export { type PreparedBatch, type PrepareSteps, prepareBatch, type SourceImage } from './prepare-batch.ts';
export {
  type PrepareFeaturesOptions,
  type PrepareListeners,
  type PrepareProgress,
  type PrepareResult,
  prepareFeatures,
} from './prepare-features.ts';
export { resizeImage, resizeRegion } from './resize-region.ts';
export { onWhite, type RgbImage, wholeImage } from './rgb-image.ts';
export { type QuarterTurns, rotate90 } from './rotate-image.ts';
export type { Settings } from './settings.ts';
export {
  type SharedFeatureMemory,
  type SharedFeatureOptions,
  type SharedFeatures,
  sharedFeatures,
} from './shared-features.ts';
export type { StoredPrecision, StoredValues } from './stored-precision.ts';
