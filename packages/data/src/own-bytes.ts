/**
 * Bytes whose memory holds nothing else: a view into a whole row group would keep that in memory as long as it lives.
 * Copied only where that is needed.
 */
export function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.length === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}
