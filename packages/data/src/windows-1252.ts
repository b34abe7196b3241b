/** What the bytes 0x80 to 0x9F mean in Windows-1252; a byte without a meaning stays the control character of Latin-1. */
const letters =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

/**
 * Latin-1 as browsers read it, with the letters of Windows-1252. Not by `TextDecoder`: that of Node 20 gives control
 * characters for them in some cases.
 */
export function decodeWindows1252(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .replaceAll(/[\u0080-\u009f]/g, (letter) => letters[letter.charCodeAt(0) - 0x80] as string);
}

/** The byte of each letter of Windows-1252. */
export const windows1252Bytes: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 256 }, (_, byte) => [decodeWindows1252(Uint8Array.of(byte)), byte]),
);
