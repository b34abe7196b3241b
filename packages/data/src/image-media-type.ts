import { fileKind } from '@kaleido/foundation';

/**
 * The media type that a file's bytes show; names and stored types are often wrong in catalogues. Of what is no picture
 * too, e.g. `text/html` for a page.
 * `application/octet-stream` where they show none that is known here.
 */
export function imageMediaType(bytes: Uint8Array): string {
  return fileKind(bytes)?.mediaType ?? 'application/octet-stream';
}
