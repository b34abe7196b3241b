/**
 * The SHA-256 of an image file's bytes, as 64 lower-case hexadecimal digits. Two products with the same hash show the
 * same photograph. Catalogues repeat photographs under several ids; one that is in both train and validation must be
 * removed from one of them before anything is measured.
 */
export async function imageHash(bytes: Uint8Array): Promise<string> {
  // `digest` refuses a view over shared memory, so the bytes are copied.
  const digest = await globalThis.crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
