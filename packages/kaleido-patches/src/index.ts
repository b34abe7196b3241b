export { type Box, growBox, type Size } from './box.ts';
export { type DrawPatchesOptions, drawPatches } from './draw-patches.ts';
export { type ColourExtractorOptions, colourExtractor } from './extractors/colour-extractor.ts';
export { type EdgeExtractorOptions, edgeExtractor } from './extractors/edge-extractor.ts';
export type { ExtractorDescription, SingleExtractorDescription } from './extractors/extractor-description.ts';
export type { FeatureExtractor, PatchedImage } from './extractors/feature-extractor.ts';
export { type FunctionExtractorOptions, functionExtractor } from './extractors/function-extractor.ts';
export { joinExtractors } from './extractors/joined-extractor.ts';
export { makeExtractor } from './extractors/make-extractor.ts';
export { type PixelExtractorOptions, pixelExtractor } from './extractors/pixel-extractor.ts';
export { type BackgroundColourOptions, backgroundColourForeground } from './foreground/background-colour-foreground.ts';
export { type ForegroundDescription, foregroundNeedsBackend } from './foreground/foreground-description.ts';
export {
  type ForegroundBox,
  type ForegroundFallback,
  type ForegroundFinder,
  wholeImageForeground,
} from './foreground/foreground-finder.ts';
export {
  assertForegroundShapes,
  foregroundLogits,
  foregroundShapes,
  foregroundSide,
  initialForegroundWeights,
  normaliseForForeground,
} from './foreground/foreground-network.ts';
export { foregroundWeightsUrl } from './foreground/foreground-weights.ts';
export { makeForegroundFinder } from './foreground/make-foreground-finder.ts';
export { type MaskingFinder, networkForeground } from './foreground/network-foreground.ts';
export { enlargeMask, type ObjectInMaskOptions, objectInMask, type SaliencyMask } from './foreground/object-in-mask.ts';
export { u2netForeground } from './foreground/u2net-foreground.ts';
export { toGrey } from './image/grey-image.ts';
export { type ImageFormat, type ImageHeader, imageHeader } from './image/image-header.ts';
export type { FilterName } from './image/resampling.ts';
export { resizeImage, resizeInto } from './image/resize-image.ts';
export { type ResizeOptions, resizeRegion } from './image/resize-region.ts';
export { type DecodedImage, onWhite, type RgbImage, wholeImage } from './image/rgb-image.ts';
export { type QuarterTurns, rotate90 } from './image/rotate-image.ts';
export { type KaleidoPatch, kaleidoPatches } from './kaleido-patches.ts';
export {
  type ConvolutionalOptions,
  convolutionalExtractor,
  type PassPerPatchOptions,
  type PooledMapOptions,
} from './networks/convolutional-extractor.ts';
export type { ConvolutionalNetwork, LayerListener, LoadedNetwork } from './networks/convolutional-network.ts';
export { normaliseForImageNet } from './networks/image-net-normalisation.ts';
export { mobileNetV2 } from './networks/mobile-net-v2.ts';
export { resNet50 } from './networks/resnet-50.ts';
export { resNet50V2Stage3 } from './networks/resnet-50-v2-stage-3.ts';
export { type OnnxGraph, type OnnxNode, readOnnxGraph } from './onnx/onnx-graph.ts';
export { loadOnnxNetwork, type OnnxNetwork } from './onnx/onnx-network.ts';
export { patchPositions } from './patch-positions.ts';
export { type PreparedBatch, type PrepareSteps, prepareBatch, type SourceImage } from './prepare-batch.ts';
export {
  type PrepareFeaturesOptions,
  type PrepareListeners,
  type PrepareProgress,
  type PrepareResult,
  prepareFeatures,
} from './prepare-features.ts';
export { PreparedFeatures, type PreparedFeaturesOptions } from './prepared-features.ts';
export type { Settings } from './settings.ts';
export {
  type FeatureAccess,
  type ResidentFeatureAccess,
  type StreamedFeatureAccess,
  selectColumns,
  selectRows,
} from './store/feature-access.ts';
export type { FeatureSink } from './store/feature-sink.ts';
export { StatisticsGatherer } from './store/feature-statistics.ts';
export {
  type FeatureStatistics,
  type FeatureStoreHeader,
  type FeatureStoreParts,
  featureStoreHeader,
  type SkippedImage,
  type StoredImage,
} from './store/feature-store-header.ts';
export { type SharedFeatureMemory, sharedFeatures } from './store/shared-features.ts';
export type { StoredImages } from './store/stored-images.ts';
export { type StoredPrecision, type StoredValues, storedNumbers } from './store/stored-precision.ts';
export { type NetworkKind, packagedWeights, type WeightsOf } from './weights-of.ts';
