import { fileKind } from '@kaleido/foundation';

/**
 * Whether an answer is a web page: sign-in pages and views of a file come with status 200.
 * @param type the media type that the server says
 */
export function isPage(head: Uint8Array, type: string): boolean {
  const start = head.subarray(0, 512);
  if (fileKind(start)?.mediaType === 'text/html') return true;
  return type === 'text/html' && new TextDecoder('latin1').decode(start).trimStart().startsWith('<');
}

/** The media type of an answer, in lower case; empty if it says none. */
export function typeOf(headers: Headers): string {
  return (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}
