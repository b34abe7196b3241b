import { type FolderFiles, KaleidoError } from '@kaleido/foundation';
import type { ScoredRow } from './best-scores.ts';
import { type Filtered, LabelTable, type Where } from './filter.ts';
import { type LoadedIndex, loadIndex, placeOf, productOf } from './load-index.ts';
import type { Manifest } from './manifest.ts';
import { assertSameModel, modelIdentity } from './model-identity.ts';
import type { IndexedProduct } from './product.ts';
import { type QueryWords, readQueryWords } from './query-words.ts';
import { type Rerank, rerank } from './rerank.ts';
import { scan } from './scan.ts';
import type { QueryImage, SearchModel } from './search-model.ts';
import { segmentFile } from './segment-files.ts';
import type { StoredProduct } from './stored-product.ts';

export interface OpenIndexOptions {
  /** The model that made the index, to read texts and photographs. Default: none, queries are vectors. */
  readonly model?: SearchModel;
  /** What errors call the model. Default "the given model". */
  readonly modelName?: string;
}

/** What to look for: a text, a photograph, or a vector of the index's width. */
export type SearchQuery = (
  | { readonly text: string; readonly rerank?: Rerank }
  | { readonly image: QueryImage }
  | { readonly vector: Float32Array }
) & {
  /** How many products to find, at most. Default 10. */
  readonly k?: number;
  /** Labels that they must have. */
  readonly where?: Where;
};

export interface SearchHit {
  /** Dot product of the embeddings, -1..1 for vectors of length 1. */
  readonly score: number;
  /** After re-ranking: probability that text and photograph belong together, 0..1. */
  readonly match?: number;
  readonly product: IndexedProduct;
}

export interface SearchResult {
  /** From the best on. Among equal scores the lower id comes first. */
  readonly hits: readonly SearchHit[];
  /** How many products were compared: those that the filter allows. */
  readonly compared: number;
  /** Sentences on words that the model cannot read, and on labels that no product has. */
  readonly notes: readonly string[];
}

/** What an index was made by and of; `products` that can be found, `width` numbers for each. */
export type IndexDescription = Readonly<Pick<Manifest, 'model' | 'width' | 'precision' | 'features' | 'products'>>;

const defaultCount = 10;

/** A catalogue that can be searched by text or photograph: exact, every product is compared. */
export class SearchIndex {
  /** What errors call it: its path, or the name of the picked folder. */
  readonly place: string;
  protected readonly files: FolderFiles;
  protected readonly model: SearchModel | undefined;
  protected loaded: LoadedIndex;
  #labels: LabelTable | undefined;
  #rows: Map<string, number> | undefined;

  /** @internal Use `openIndex`. */
  constructor(files: FolderFiles, loaded: LoadedIndex, model: SearchModel | undefined) {
    this.place = files.name;
    this.files = files;
    this.loaded = loaded;
    this.model = model;
  }

  /** @throws KaleidoError for a folder without an index, one of another model, and damaged texts or vectors */
  static async load(files: FolderFiles, options: OpenIndexOptions = {}): Promise<SearchIndex> {
    return new SearchIndex(files, ...(await loadFor(files, options)));
  }

  /** What the index was made by and of. */
  get description(): IndexDescription {
    return this.loaded.manifest;
  }

  /** How many products can be found. */
  get size(): number {
    return this.loaded.manifest.products;
  }

  /** All labels by field, for filters. */
  get fields(): ReadonlyMap<string, readonly string[]> {
    return this.labels().fields;
  }

  /** All products that can be found, in the order of the index. */
  *products(): Generator<IndexedProduct> {
    for (let row = 0; row < this.loaded.rows; row++)
      if (this.loaded.alive[row] === 1) yield publicPart(productOf(this.loaded, row));
  }

  /**
   * Finds the products that are nearest to a text, photograph or vector. It is exact: every product that the filter
   * allows is compared.
   * @throws KaleidoError for a query without any of these or with several, an option that has no effect on it, a
   *   photograph that cannot be read, and an unknown field of `where`
   */
  async search(query: SearchQuery): Promise<SearchResult> {
    const [result] = (await this.searchAll([query])) as [SearchResult];
    return result;
  }

  /** As `search` for many queries: they are embedded together, and read the vectors together. */
  async searchAll(queries: readonly SearchQuery[]): Promise<SearchResult[]> {
    const index = this.loaded;
    const filters = new Map<string, Filtered>();
    const asked = queries.map((query) => this.#check(query, filters));
    const vectors = await this.#embed(asked);
    const jobs = asked.flatMap((query, place) => {
      const vector = vectors[place];
      return vector === undefined ? [] : [{ place, vector, k: query.firstStage, allowed: query.allowed }];
    });
    const found = new Map(scan(index, jobs).map((rows, job) => [jobs[job]?.place, rows]));
    const results: SearchResult[] = [];
    for (const [place, query] of asked.entries()) {
      const rows = found.get(place);
      const hits = rows === undefined ? [] : await this.#inOrder(index, query, rows);
      results.push({ hits, compared: rows === undefined ? 0 : query.compared, notes: query.notes });
    }
    return results;
  }

  /** The small pictures of some products, WebP, by id; without those that the index has no picture of. */
  async pictures(ids: Iterable<string>): Promise<Map<string, Uint8Array>> {
    const pictures = new Map<string, Uint8Array>();
    for (const id of ids) {
      const picture = await this.picture(id);
      if (picture !== undefined) pictures.set(id, picture);
    }
    return pictures;
  }

  /**
   * The small picture of a product, WebP.
   * @returns undefined if the index has none of it
   */
  async picture(id: string): Promise<Uint8Array | undefined> {
    const row = this.rowOf(id);
    if (row === undefined) return undefined;
    const { segment, row: own } = placeOf(this.loaded, row);
    const range = segment.products[own]?.picture;
    if (range === undefined) return undefined;
    const file = await this.files.open(segmentFile.pictures(segment.name));
    try {
      return await file?.read(...range);
    } finally {
      await file?.close();
    }
  }

  /** The row of a product that can be found. */
  protected rowOf(id: string): number | undefined {
    if (this.#rows === undefined) {
      this.#rows = new Map();
      for (let row = 0; row < this.loaded.rows; row++)
        if (this.loaded.alive[row] === 1) this.#rows.set(productOf(this.loaded, row).id, row);
    }
    return this.#rows.get(id);
  }

  /** A product that can be found, as it is kept. */
  protected storedProduct(id: string): StoredProduct | undefined {
    const row = this.rowOf(id);
    return row === undefined ? undefined : productOf(this.loaded, row);
  }

  /** Takes another state of the files. */
  protected take(loaded: LoadedIndex): void {
    this.loaded = loaded;
    this.#labels = undefined;
    this.#rows = undefined;
  }

  protected labels(): LabelTable {
    this.#labels ??= new LabelTable(this.loaded);
    return this.#labels;
  }

  /** @param filters those of earlier queries: many queries may share one */
  #check(query: SearchQuery, filters: Map<string, Filtered>): CheckedQuery {
    const { k = defaultCount, where } = query;
    const given = givenIn(query);
    requireCount(k, 'k, the number of products to find,');
    const second = given.kind === 'text' ? given.rerank : undefined;
    if (second !== undefined) requireCount(second.best, 'rerank.best, the number of products to re-rank,');
    const words = given.kind === 'text' ? readQueryWords(given.text, this.#modelFor('a text')) : undefined;
    const filtered = this.#filtered(where, filters);
    return {
      given,
      k,
      firstStage: Math.max(k, second?.best ?? 0),
      rerank: second,
      words,
      allowed: filtered.allowed,
      compared: filtered.count,
      notes: [...(words?.notes ?? []), ...filtered.notes],
    };
  }

  #filtered(where: Where | undefined, filters: Map<string, Filtered>): Filtered {
    if (where === undefined) return { allowed: this.loaded.alive, count: this.size, notes: [] };
    const key = JSON.stringify(where);
    const filtered = filters.get(key) ?? this.labels().filter(where);
    filters.set(key, filtered);
    return filtered;
  }

  /** @returns undefined for a text without a word that the model can read */
  async #embed(asked: readonly CheckedQuery[]): Promise<(Float32Array | undefined)[]> {
    const texts = asked.flatMap(({ words }) => words?.text ?? []);
    const ofTexts = (texts.length === 0 ? [] : await this.#modelFor('a text').embedCaptions(texts)).values();
    const images = asked.flatMap(({ given }) => (given.kind === 'image' ? [given.image] : []));
    const ofImages = (images.length === 0 ? [] : await this.#modelFor('a photograph').embedImages(images)).values();
    return asked.map(({ given, words }) => {
      if (given.kind === 'text' && words?.text === undefined) return undefined;
      const vector =
        given.kind === 'vector' ? given.vector : (given.kind === 'image' ? ofImages : ofTexts).next().value;
      this.#assertVector(vector);
      return vector;
    });
  }

  #assertVector(vector: Float32Array | undefined): asserts vector is Float32Array {
    const { width } = this.loaded.manifest;
    const isWhole = vector instanceof Float32Array && vector.length === width;
    if (isWhole && vector.every(Number.isFinite)) return;
    throw new KaleidoError({
      source: 'search',
      problem: `the query's vector must be a Float32Array of ${width} finite numbers`,
      found: isWhole ? 'NaN or infinite' : vector instanceof Float32Array ? vector.length : typeof vector,
      advice: 'embed it with the model of the index',
    });
  }

  async #inOrder(
    index: LoadedIndex,
    { k, rerank: second, words }: CheckedQuery,
    rows: readonly ScoredRow[],
  ): Promise<SearchHit[]> {
    const hit = (row: ScoredRow): SearchHit => ({ score: row.score, product: publicPart(productOf(index, row.row)) });
    if (second === undefined || words?.text === undefined) return rows.slice(0, k).map(hit);
    const best = rows.slice(0, second.best);
    const again = await rerank(this.files, index, this.#modelFor('a text'), words.text, best, second);
    return [...again.map((row) => ({ ...hit(row), match: row.match })), ...rows.slice(second.best).map(hit)].slice(
      0,
      k,
    );
  }

  #modelFor(what: string): SearchModel {
    if (this.model !== undefined) return this.model;
    throw new KaleidoError({
      source: 'search',
      problem: `the index ${this.place} was opened without a model, and ${what} needs one`,
      advice: `pass it: openIndex(..., { model: await openKaleido('${this.loaded.manifest.model.name}') })`,
    });
  }
}

interface CheckedQuery {
  readonly given: GivenQuery;
  readonly k: number;
  /** Products to find by embedding. */
  readonly firstStage: number;
  readonly rerank: Rerank | undefined;
  readonly words: QueryWords | undefined;
  readonly allowed: Uint8Array;
  readonly compared: number;
  readonly notes: readonly string[];
}

/** @throws KaleidoError for an index of another model, and as `loadIndex` */
export async function loadFor(
  files: FolderFiles,
  { model, modelName = 'the given model' }: OpenIndexOptions,
): Promise<[LoadedIndex, SearchModel | undefined]> {
  const loaded = await loadIndex(files);
  if (model !== undefined) assertSameModel(files.name, loaded.manifest.model, await modelIdentity(model, modelName));
  return [loaded, model];
}

/** What a query looks for. */
type GivenQuery =
  | { readonly kind: 'text'; readonly text: string; readonly rerank: Rerank | undefined }
  | { readonly kind: 'image'; readonly image: QueryImage }
  | { readonly kind: 'vector'; readonly vector: Float32Array };

/** @throws KaleidoError for a query with none or several of text, image and vector, and for an option without effect */
function givenIn(query: SearchQuery): GivenQuery {
  const { text, image, vector, rerank } = query as {
    readonly text?: string;
    readonly image?: QueryImage;
    readonly vector?: Float32Array;
    readonly rerank?: Rerank;
  };
  const kinds = Object.entries({ text, image, vector }).flatMap(([kind, value]) => (value === undefined ? [] : [kind]));
  if (kinds.length !== 1 || (text !== undefined && typeof text !== 'string'))
    throw new KaleidoError({
      source: 'search',
      problem: 'a query is either a text, an image or a vector',
      found: kinds.length === 1 ? { text } : kinds,
      advice: "e.g. { text: 'red striped dress' }",
    });
  if (text !== undefined) return { kind: 'text', text, rerank };
  if (rerank !== undefined)
    throw new KaleidoError({
      source: 'search',
      problem: `rerank has no effect on a query by ${kinds[0]}: the matching head reads a text with photographs`,
      advice: 'leave it out',
    });
  return image !== undefined ? { kind: 'image', image } : { kind: 'vector', vector: vector as Float32Array };
}

function requireCount(value: number, what: string): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new KaleidoError({
    source: 'search',
    problem: `${what} must be a whole number from 1 up`,
    found: value,
    advice: 'more than there are products gives all of them',
  });
}

function publicPart({ hash: _, picture: __, ...product }: StoredProduct): IndexedProduct {
  return product;
}
