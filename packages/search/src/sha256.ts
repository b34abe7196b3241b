import { KaleidoError } from '@kaleido/foundation';

/**
 * SHA-256 as 64 hexadecimal digits.
 * @throws KaleidoError in a page that is not secure
 */
export async function sha256(content: string | Float32Array | Int8Array | Uint8Array): Promise<string> {
  const { subtle } = globalThis.crypto;
  // Browsers leave it out in a page that comes by plain HTTP from another machine.
  if (subtle === undefined)
    throw new KaleidoError({
      source: 'search',
      problem: 'an index is checked by hashes, which a browser computes only in secure pages',
      found: globalThis.location?.origin,
      advice: 'open the page by https, or on localhost',
    });
  const bytes =
    typeof content === 'string'
      ? new TextEncoder().encode(content)
      : new Uint8Array(content.buffer as ArrayBuffer, content.byteOffset, content.byteLength);
  const digest = await subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
