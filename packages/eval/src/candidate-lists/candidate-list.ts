/** The kinds of query and candidates: `image-to-text` ranks captions for an image. */
export type RetrievalDirection = 'image-to-text' | 'text-to-image';

/** One query and the candidates it is scored against; exactly one of them is right. */
export interface CandidateList {
  readonly direction: RetrievalDirection;
  /** Id of the query. */
  readonly query: string;
  /** Id of the right candidate, exactly once in `candidates`. In lists of this project it is the query's own id. */
  readonly positive: string;
  /** The class of the negatives: a sub-category, a category, or empty if the query has neither. */
  readonly subcategory: string;
  /** The number of negatives of that class. */
  readonly sameSubcategoryNegatives: number;
  /** Ids in the order in which they are scored. */
  readonly candidates: readonly string[];
}

/** A list file, as named in a result. */
export interface CandidateListFile {
  readonly name: string;
  /** Of the file's bytes, in hexadecimal. */
  readonly sha256: string;
  readonly lists: readonly CandidateList[];
}

/** A view of a product, as needed to draw and check lists; a `Product` of `@kaleido/data` is one. */
export interface CatalogueEntry {
  /** Id of this image and its caption. */
  readonly id: string;
  /** Shared by all views of one product. */
  readonly productId: string;
  readonly caption: string;
  readonly category?: string | undefined;
  readonly subcategory?: string | undefined;
  /** Of the picture's bytes: entries with equal hashes show the same picture. Without it, pictures are not compared. */
  readonly imageHash?: string | undefined;
}

/** One list per line, with the keys in the order of the interface. */
export function writeCandidateLists(lists: readonly CandidateList[]): string {
  return lists
    .map(({ direction, query, positive, subcategory, sameSubcategoryNegatives, candidates }) => {
      const line = { direction, query, positive, subcategory, sameSubcategoryNegatives, candidates };
      return `${JSON.stringify(line)}\n`;
    })
    .join('');
}

/** Normalises a caption for comparison: NFKC, lower case, white space collapsed. */
export function captionKey(caption: string): string {
  return caption.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}
