import { fileURLToPath } from 'node:url';
import { wheelError } from './wheel-error.ts';

/** Where a wheel is, and its expected digest. */
export type WheelSource =
  | { readonly kind: 'file'; readonly path: string; readonly sha256?: string }
  /** Always with a digest. */
  | { readonly kind: 'url'; readonly url: URL; readonly sha256: string };

/**
 * @param wheel a path, or a URL with `https:`, `http:` or `file:`
 * @param sha256 64 hexadecimal digits; or `#sha256=` at the end of the URL, as in PyPI's links
 * @throws KaleidoError for another kind of URL, one without a digest, or an invalid digest
 */
export function wheelSource(wheel: string, sha256: string | undefined): WheelSource {
  const given = sha256 === undefined ? undefined : parseDigest(sha256);
  // A single letter before the colon is a Windows drive.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(wheel)?.[1]?.toLowerCase();
  if (scheme === undefined) return { kind: 'file', path: wheel, ...(given && { sha256: given }) };
  if (!URL.canParse(wheel) || !['https', 'http', 'file'].includes(scheme))
    throw wheelError('a wheel must be a path or a URL', wheel, 'pass a path, or a URL that begins with https://');
  const url = new URL(wheel);
  const fragment = /(?:^#|&)sha256=([^&]*)/.exec(url.hash)?.[1];
  const named = fragment === undefined ? undefined : parseDigest(fragment);
  if (given !== undefined && named !== undefined && given !== named)
    throw wheelError('the sha256 option and the URL have different digests', [given, named], 'omit one of them');
  const expected = given ?? named;
  url.hash = '';
  if (scheme === 'file') return { kind: 'file', path: fileURLToPath(url), ...(expected && { sha256: expected }) };
  if (expected === undefined)
    throw wheelError(
      'a wheel from a URL needs a sha256',
      wheel,
      'pass --sha256, or a link copied from https://pypi.org/simple/tensorflow-cpu/, which ends in #sha256=...',
    );
  return { kind: 'url', url, sha256: expected };
}

function parseDigest(text: string): string {
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  throw wheelError('a sha256 must have 64 hexadecimal digits', text, "copy it from the wheel's page on PyPI");
}
