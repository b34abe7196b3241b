export { type CreateFeatureStoreOptions, createFeatureStore } from './store/create-feature-store.ts';
export type { SharedStoreOptions } from './store/load-features.ts';
export { type FeatureStore, openFeatureStore, type ShareOptions } from './store/open-feature-store.ts';
export { type OpenFeaturesOptions, openFeatures } from './store/open-features.ts';
export type { FeatureReading, StoreFeatureReader } from './store/stream-features.ts';
