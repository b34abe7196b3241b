/**
 * Whether an answer is a web page: sign-in pages and views of a file come with status 200.
 * @param type the media type that the server says
 */
export function isPage(head: Uint8Array, type: string): boolean {
  const text = new TextDecoder('latin1').decode(head.subarray(0, 512)).trimStart();
  return /^<(?:!doctype html|html)\b/i.test(text) || (type === 'text/html' && text.startsWith('<'));
}

/** The media type of an answer, in lower case; empty if it says none. */
export function typeOf(headers: Headers): string {
  return (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}
