export { createExtractor } from './create-extractor.ts';
export { type CreateFeatureStoreOptions, createFeatureStore } from './create-feature-store.ts';
export { decodeImage } from './decode-image.ts';
export { type FeatureStore, openFeatureStore } from './open-feature-store.ts';
export { type PrepareFeaturesParallelOptions, prepareFeaturesParallel } from './prepare-features-parallel.ts';
