/** Enough for every signature; the deepest is that of tar, at 257. */
const headLength = 1100;

/** The first bytes of a file, one character per byte. */
export function headOf(bytes: Uint8Array): string {
  // Not spread: that asks an iterator for every byte, and takes ten times as long.
  return Reflect.apply(String.fromCharCode, undefined, bytes.subarray(0, headLength));
}
