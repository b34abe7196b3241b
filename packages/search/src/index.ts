import type { FolderFiles } from '@kaleido/foundation';
import { folderOfPicked } from './picked-files.ts';
import { type OpenIndexOptions, SearchIndex } from './search-index.ts';

/**
 * Opens an index for searching.
 * @param source its files as a user has picked or dropped them, or another source of files; in Node a path, by
 *   `openIndex` of `@kaleido/search/node`
 * @throws KaleidoError for files that are no index, an index of another model, and damaged files
 */
export function openIndex(source: FolderFiles | Iterable<File>, options: OpenIndexOptions = {}): Promise<SearchIndex> {
  return SearchIndex.load(Symbol.iterator in source ? folderOfPicked(source) : source, options);
}

export * from './common.ts';
