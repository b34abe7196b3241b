import { KaleidoError } from './kaleido-error.ts';

/**
 * SHA-256 as 64 lower-case hexadecimal digits, in Node and in pages. A text counts as UTF-8.
 * @throws KaleidoError in a page that is not secure
 */
export async function sha256(content: string | Float32Array | Int8Array | Uint8Array): Promise<string> {
  const { subtle } = globalThis.crypto;
  // Browsers leave it out in a page that comes by plain HTTP from another machine.
  if (subtle === undefined)
    throw new KaleidoError({
      source: 'foundation',
      problem: 'a hash is needed, which a browser computes only in secure pages',
      found: globalThis.location?.origin,
      advice: 'open the page by https, or on localhost',
    });
  const digest = await subtle.digest('SHA-256', bytesOf(content));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function bytesOf(content: string | Float32Array | Int8Array | Uint8Array): Uint8Array<ArrayBuffer> {
  if (typeof content === 'string') return new TextEncoder().encode(content);
  const bytes = new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  // `digest` refuses a view over shared memory.
  return content.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice();
}
