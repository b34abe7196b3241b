import { type FolderFiles, folderAtUrl, folderOfPickedFiles, KaleidoError } from '@kaleido/foundation';
import { manifestFile } from './manifest.ts';
import { type OpenIndexOptions, SearchIndex } from './search-index.ts';

/**
 * Opens an index for searching.
 * @param source the URL of its folder, its files as a user has picked or dropped them, or another source of files; in
 *   Node also a path, by `openIndex` of `@kaleido/search/node`
 * @throws KaleidoError for files that are no index, an index of another model, and texts or vectors that are damaged or
 *   cannot be read
 */
export function openIndex(
  source: string | URL | Iterable<File> | FolderFiles,
  options: OpenIndexOptions = {},
): Promise<SearchIndex> {
  return SearchIndex.load(filesOf(source), options);
}

function filesOf(source: string | URL | Iterable<File> | FolderFiles): FolderFiles {
  if (typeof source === 'string' || source instanceof URL) return folderAtUrl(urlOf(source), manifestFile);
  return Symbol.iterator in source ? folderOfPickedFiles(source, manifestFile) : source;
}

function urlOf(place: string | URL): URL {
  try {
    return new URL(place, globalThis.location?.href);
  } catch (cause) {
    throw new KaleidoError({
      source: 'search',
      problem: 'a page reads an index from a URL',
      found: String(place),
      advice: 'pass a URL, or files that the user has picked; in Node import @kaleido/search/node',
      cause,
    });
  }
}

export * from './common.ts';
