export * from './atelier/index.ts';
export { imageHash } from './image-hash.ts';
export { imageMediaType } from './image-media-type.ts';
export type { Product, ProductImage, ProductSource, ReadProductsOptions, SkippedProduct } from './product.ts';
export {
  type ReleasedColumnForm,
  type ReleasedFileKind,
  type ReleasedWidths,
  releasedColumns,
  releasedFileKinds,
} from './released-columns.ts';
export { SkippedCounts, type SkippedKind, summariseSkipped } from './summarise-skipped.ts';
