/** Where in a file the bytes of a partial answer belong. */
export interface ContentRange {
  /** Place of the first byte, from 0. */
  readonly start: number;
  /** Place after the last byte. */
  readonly end: number;
  /** Bytes of the whole file; undefined where the server does not say it (`*`). */
  readonly size: number | undefined;
}

/**
 * The header `Content-Range` of an answer with HTTP status 206.
 * @returns undefined where it is missing or is no range of bytes
 */
export function contentRange(headers: Headers): ContentRange | undefined {
  // Numbers of up to 15 digits are exact.
  const parts = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(headers.get('content-range') ?? '');
  if (parts === null) return undefined;
  const [, first, last, size] = parts;
  return { start: Number(first), end: Number(last) + 1, size: size === '*' ? undefined : Number(size) };
}
