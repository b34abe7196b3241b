export type { PreparedProduct, PreparedSplit, SourceSplit } from './prepared-split.ts';
export { requireNegatives } from './require-negatives.ts';
export { sharedCatalogue } from './shared-catalogue.ts';
export { notedLines, skippedLines, withoutPackage } from './skipped-lines.ts';
export { type SourceFacts, sourceFacts } from './source-facts.ts';
export { countPictures, pictureNotes, type SomeProducts, subcategoryNotes } from './split-notes.ts';
export { spokenAspects } from './spoken-aspects.ts';
export { withoutProducts } from './without-products.ts';
