import { contentRange } from '@kaleido/foundation';

/** What tells one version of a remote file from another. */
export interface FileVersion {
  readonly etag?: string;
  readonly modified?: string;
  /** Of the whole file; undefined if the server does not say it. */
  readonly size?: number;
}

/** The version that an answer is of: with the whole file, or with a range. */
export function versionOf({ status, headers }: Response): FileVersion {
  const etag = headers.get('etag') ?? undefined;
  const modified = headers.get('last-modified') ?? undefined;
  const size = status === 206 ? contentRange(headers)?.size : lengthOf(headers);
  return {
    ...(etag === undefined ? {} : { etag }),
    ...(modified === undefined ? {} : { modified }),
    ...(size === undefined ? {} : { size }),
  };
}

/** What changed from one version to another, as `before, then after`; undefined if nothing did, as far as both say it. */
export function changeOf(before: FileVersion, after: FileVersion): string | undefined {
  const told = (what: string, one: unknown, other: unknown): string => `${what} ${one}, then ${other}`;
  if (before.size !== undefined && after.size !== undefined && before.size !== after.size)
    return told('size', before.size, after.size);
  if (before.etag !== undefined && after.etag !== undefined)
    // A server may weaken a tag on its way; the file is the same.
    return plainTag(before.etag) === plainTag(after.etag) ? undefined : told('ETag', before.etag, after.etag);
  if (before.modified !== undefined && after.modified !== undefined && before.modified !== after.modified)
    return told('Last-Modified', before.modified, after.modified);
  return undefined;
}

/** For a fingerprint; undefined if only the size is known. Mirrors differ in `Last-Modified`, so it is the second choice. */
export function versionText({ etag, modified, size }: FileVersion): string | undefined {
  const mark = etag === undefined ? modified : plainTag(etag);
  return mark === undefined ? undefined : `${mark}\0${size}`;
}

/** The value of `If-Range`: a weak tag must not be in it (RFC 9110, 13.1.5). */
export function ifRange({ etag }: FileVersion): Readonly<Record<string, string>> {
  return etag === undefined || etag.startsWith('W/') ? {} : { 'if-range': etag };
}

function plainTag(etag: string): string {
  return etag.replace(/^W\//, '');
}

/** Of a compressed body, the length is that of other bytes. */
function lengthOf(headers: Headers): number | undefined {
  const length = headers.get('content-length');
  return length === null || !/^\d+$/.test(length) || isCompressed(headers) ? undefined : Number(length);
}

export function isCompressed(headers: Headers): boolean {
  return !['', 'identity'].includes(headers.get('content-encoding')?.trim().toLowerCase() ?? '');
}
