import { fileURLToPath } from 'node:url';
import { wheelError } from './wheel-error.ts';

/** Where a wheel is, and what its digest must be. */
export type WheelSource =
  | { readonly kind: 'file'; readonly path: string; readonly sha256?: string }
  /** Never without a digest. */
  | { readonly kind: 'url'; readonly url: URL; readonly sha256: string };

/**
 * @param wheel a path, or an address of `https:`, `http:` or `file:`
 * @param sha256 64 hexadecimal digits; a `#sha256=` at the end of the address counts too, as PyPI writes it
 * @throws KaleidoError for an address of another kind, one without a digest, or a digest that is none
 */
export function wheelSource(wheel: string, sha256: string | undefined): WheelSource {
  const given = sha256 === undefined ? undefined : parseDigest(sha256);
  // A single letter before the colon is a drive of Windows.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(wheel)?.[1]?.toLowerCase();
  if (scheme === undefined) return { kind: 'file', path: wheel, ...(given && { sha256: given }) };
  if (!URL.canParse(wheel) || !['https', 'http', 'file'].includes(scheme))
    throw wheelError('a wheel is a file or an address', wheel, 'pass a path, or an URL that begins with https://');
  const url = new URL(wheel);
  const fragment = /(?:^#|&)sha256=([^&]*)/.exec(url.hash)?.[1];
  const named = fragment === undefined ? undefined : parseDigest(fragment);
  if (given !== undefined && named !== undefined && given !== named)
    throw wheelError('--sha256 and the end of the address name two digests', [given, named], 'leave one of them out');
  const expected = given ?? named;
  url.hash = '';
  if (scheme === 'file') return { kind: 'file', path: fileURLToPath(url), ...(expected && { sha256: expected }) };
  if (expected === undefined)
    throw wheelError(
      'a wheel from the network needs its sha256',
      wheel,
      'pass --sha256, or the link as it stands on https://pypi.org/simple/tensorflow-cpu/, with #sha256=... at its end',
    );
  return { kind: 'url', url, sha256: expected };
}

function parseDigest(text: string): string {
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  throw wheelError('a sha256 has 64 hexadecimal digits', text, "copy it from the wheel's page on PyPI");
}
