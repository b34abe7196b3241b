export { type Embedded, type EmbedGroup, embedFromFeatures, type ProductToIndex } from './embed-products.ts';
export type { Where } from './filter.ts';
export type { VectorPrecision } from './manifest.ts';
export type { ModelIdentity } from './model-identity.ts';
export type { IndexedProduct } from './product.ts';
export type { Rerank } from './rerank.ts';
export { type ResultPage, renderResults } from './results-page.ts';
export {
  type IndexDescription,
  type OpenIndexOptions,
  type SearchHit,
  SearchIndex,
  type SearchQuery,
  type SearchResult,
} from './search-index.ts';
export type { QueryImage, SearchModel } from './search-model.ts';
