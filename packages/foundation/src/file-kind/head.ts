/** Enough for every signature; the deepest is that of tar, at 257. */
const headLength = 1100;

/** The first bytes of a file, one character per byte. */
export function headOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, headLength));
}
