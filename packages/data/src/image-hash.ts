import { sha256 } from '@kaleido/foundation';

/**
 * The SHA-256 of an image file's bytes, as 64 lower-case hexadecimal digits. Two products with the same hash show the
 * same photograph. Catalogues repeat photographs under several ids; one that is in both train and validation must be
 * removed from one of them before anything is measured.
 */
export function imageHash(bytes: Uint8Array): Promise<string> {
  return sha256(bytes);
}
