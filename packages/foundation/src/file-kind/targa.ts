const footer = 'TRUEVISION-XFILE.\0';

/**
 * Whether a file is a TGA picture. Version 2 has a footer; version 1 has no signature, so all fields of its header must
 * be consistent.
 */
export function isTarga(bytes: Uint8Array): boolean {
  if (bytes.length < 18) return false;
  if (String.fromCharCode(...bytes.subarray(-18)) === footer) return true;
  const [, mapType, imageType] = bytes as unknown as [number, number, number];
  const mapLength = bytes[5]! + 256 * bytes[6]!;
  const mapDepth = bytes[7]!;
  const width = bytes[12]! + 256 * bytes[13]!;
  const height = bytes[14]! + 256 * bytes[15]!;
  const depth = bytes[16]!;
  const kind = imageType & 7;
  if ((imageType & ~8) !== kind || kind < 1 || kind > 3 || width === 0 || height === 0) return false;
  const hasMap = mapType === 1 && mapLength > 0 && [15, 16, 24, 32].includes(mapDepth);
  const hasNone = mapType === 0 && mapLength === 0 && mapDepth === 0;
  // Two bits of the descriptor are reserved.
  if ((bytes[17]! & 0xc0) !== 0) return false;
  if (kind === 1) return hasMap && (depth === 8 || depth === 16);
  return (hasMap || hasNone) && (kind === 3 ? [8, 16] : [15, 16, 24, 32]).includes(depth);
}
