import { fileKind } from '@kaleido/foundation';

/**
 * The media type that a file's bytes show; names and stored types are often wrong in catalogues. It also detects files
 * that are not pictures, e.g. `text/html` for a page.
 * `application/octet-stream` if the type is unknown.
 */
export function imageMediaType(bytes: Uint8Array): string {
  return fileKind(bytes)?.mediaType ?? 'application/octet-stream';
}
