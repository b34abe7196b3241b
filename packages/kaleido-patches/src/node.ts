export { columnsOfPart } from './extractors/columns-of-part.ts';
export { createExtractor } from './extractors/create-extractor.ts';
export { createForegroundFinder } from './foreground/create-foreground-finder.ts';
export { decodeImage } from './image/decode-image.ts';
export { type PrepareFeaturesParallelOptions, prepareFeaturesParallel } from './prepare-features-parallel.ts';
export * from './store.ts';
