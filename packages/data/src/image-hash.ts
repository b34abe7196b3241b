/**
 * The SHA-256 of an image file's bytes, as 64 lower-case hexadecimal digits. Two products with the same hash show the
 * same photograph: catalogues repeat photographs under several ids, and one that lies in both train and validation
 * must leave one of them before anything is measured.
 */
export async function imageHash(bytes: Uint8Array): Promise<string> {
  // A view over shared memory is refused by the platform's digest, so the bytes are taken as a copy of their own.
  const digest = await globalThis.crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
