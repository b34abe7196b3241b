export { createExtractor } from './extractors/create-extractor.ts';
export { createForegroundFinder } from './foreground/create-foreground-finder.ts';
export { decodeImage } from './image/decode-image.ts';
export { type PrepareFeaturesParallelOptions, prepareFeaturesParallel } from './prepare-features-parallel.ts';
export { type CreateFeatureStoreOptions, createFeatureStore } from './store/create-feature-store.ts';
export type { SharedStoreOptions } from './store/load-features.ts';
export { type FeatureStore, openFeatureStore, type ShareOptions } from './store/open-feature-store.ts';
export { type OpenFeaturesOptions, openFeatures } from './store/open-features.ts';
export type { FeatureReading, StoreFeatureReader } from './store/stream-features.ts';
