const signatures: readonly { readonly mediaType: string; readonly at: number; readonly text: string }[] = [
  { mediaType: 'image/jpeg', at: 0, text: '\xff\xd8\xff' },
  { mediaType: 'image/png', at: 0, text: '\x89PNG\r\n\x1a\n' },
  { mediaType: 'image/gif', at: 0, text: 'GIF8' },
  { mediaType: 'image/webp', at: 8, text: 'WEBP' },
  { mediaType: 'image/avif', at: 4, text: 'ftypavif' },
  { mediaType: 'image/avif', at: 4, text: 'ftypavis' },
  { mediaType: 'image/tiff', at: 0, text: 'II*\0' },
  { mediaType: 'image/tiff', at: 0, text: 'MM\0*' },
  { mediaType: 'image/bmp', at: 0, text: 'BM' },
  { mediaType: 'image/svg+xml', at: 0, text: '<svg' },
];

/**
 * The media type that a file's first bytes show; names and stored types are often wrong in catalogues.
 * `application/octet-stream` where they show none that is known here.
 */
export function imageMediaType(bytes: Uint8Array): string {
  const found = signatures.find(({ at, text }) =>
    Array.from(text).every((character, index) => bytes[at + index] === character.charCodeAt(0)),
  );
  return found?.mediaType ?? 'application/octet-stream';
}
