/** What is asked, and what is ranked: `image-to-text` ranks captions for an image. */
export type RetrievalDirection = 'image-to-text' | 'text-to-image';

/** One query and the candidates it is scored against; exactly one of them is right. */
export interface CandidateList {
  readonly direction: RetrievalDirection;
  /** Id of the query. */
  readonly query: string;
  /** Id of the right candidate, once among `candidates`. In lists of this project it is the query's own id. */
  readonly positive: string;
  /** The class that the negatives were drawn from: a sub-category, a category, or empty where the query has neither. */
  readonly subcategory: string;
  /** How many of the negatives are of that class. */
  readonly sameSubcategoryNegatives: number;
  /** Ids in the order in which they are scored. */
  readonly candidates: readonly string[];
}

/** A list file: what a result names. */
export interface CandidateListFile {
  readonly name: string;
  /** Of the file's bytes, as hex digits. */
  readonly sha256: string;
  readonly lists: readonly CandidateList[];
}

/** What list making and checking need to know of a product's view; a `Product` of `@kaleido/data` is one. */
export interface CatalogueEntry {
  /** Id of this image and its caption. */
  readonly id: string;
  /** Shared by all views of one product. */
  readonly productId: string;
  readonly caption: string;
  readonly category?: string | undefined;
  readonly subcategory?: string | undefined;
  /** Of the picture's bytes: entries with the same hash show the same picture. Left out, pictures are not compared. */
  readonly imageHash?: string | undefined;
}

/** One list a line, with the keys in the order of the interface. */
export function writeCandidateLists(lists: readonly CandidateList[]): string {
  return lists
    .map(({ direction, query, positive, subcategory, sameSubcategoryNegatives, candidates }) => {
      const line = { direction, query, positive, subcategory, sameSubcategoryNegatives, candidates };
      return `${JSON.stringify(line)}\n`;
    })
    .join('');
}

/** Captions that say the same count as the same: NFKC, lower case, white space collapsed. */
export function captionKey(caption: string): string {
  return caption.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}
