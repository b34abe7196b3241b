import { KaleidoError } from './kaleido-error.ts';

/** Where a text comes from, for errors about it. */
export interface TextOrigin {
  /** The package that reads it, without the scope. */
  readonly source: string;
  /** What errors call it, e.g. the path of its file. */
  readonly name: string;
}

/**
 * Decodes UTF-8 text, and drops a byte order mark (BOM) at its start: Windows programs write one, and it is not part of
 * the text.
 * @throws KaleidoError naming the text and what its bytes are instead, where they are not UTF-8
 */
export function decodeText(bytes: Uint8Array, { source, name }: TextOrigin): string {
  const encoding = otherEncoding(bytes);
  if (encoding === undefined) return new TextDecoder().decode(bytes);
  throw new KaleidoError({ source, problem: `${name} is not UTF-8 text`, found: encoding, advice: 'save it as UTF-8' });
}

/** A text without the byte order mark that it may begin with. For text that was decoded elsewhere. */
export function withoutByteOrderMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/**
 * The encoding of bytes that should be UTF-8, e.g. `UTF-16 (little-endian)`; `undefined` if they are UTF-8. 8-bit
 * encodings cannot be told apart: for them it names the byte that is not UTF-8, and the likely encodings.
 */
export function otherEncoding(bytes: Uint8Array): string | undefined {
  const marked = marks.find(({ mark }) => mark.every((byte, index) => bytes[index] === byte));
  if (marked !== undefined) return marked.encoding;
  const wide = unmarkedUtf16(bytes);
  if (wide !== undefined) return wide;
  const valid = validLength(bytes);
  if (valid === undefined) return undefined;
  const byte = (bytes[valid] as number).toString(16).toUpperCase().padStart(2, '0');
  return `byte 0x${byte} at ${valid}, perhaps Latin-1 or Windows-1252`;
}

/**
 * The first bytes of formats that are sometimes mistaken for UTF-8. UTF-32 comes first, because it begins like UTF-16.
 */
const marks: readonly { readonly mark: readonly number[]; readonly encoding: string }[] = [
  { mark: [0xff, 0xfe, 0, 0], encoding: 'UTF-32 (little-endian)' },
  { mark: [0, 0, 0xfe, 0xff], encoding: 'UTF-32 (big-endian)' },
  { mark: [0xff, 0xfe], encoding: 'UTF-16 (little-endian)' },
  { mark: [0xfe, 0xff], encoding: 'UTF-16 (big-endian)' },
  { mark: [0x1f, 0x8b], encoding: 'gzip-compressed data' },
  { mark: [0x50, 0x4b, 3, 4], encoding: 'a ZIP archive' },
];

/** UTF-16 without a mark: every other byte of Western text is 0, and a text has no other zeros. */
function unmarkedUtf16(bytes: Uint8Array): string | undefined {
  const zeros: [number, number] = [0, 0];
  const length = Math.min(bytes.length, 256) & ~1;
  for (let index = 0; index < length; index++) if (bytes[index] === 0) zeros[(index & 1) as 0 | 1]++;
  const [even, odd] = zeros;
  if (length < 4 || even === odd) return undefined;
  if (even === 0 && odd >= length / 4) return 'UTF-16 (little-endian)';
  if (odd === 0 && even >= length / 4) return 'UTF-16 (big-endian)';
  return undefined;
}

/** The number of bytes before the first invalid one; undefined if all are valid. */
function validLength(bytes: Uint8Array): number | undefined {
  const isValid = (length: number, isWhole: boolean): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: !isWhole });
      return true;
    } catch {
      return false;
    }
  };
  if (isValid(bytes.length, true)) return undefined;
  let [valid, invalid] = [0, bytes.length];
  if (isValid(bytes.length, false)) {
    // The last character is truncated.
    for (valid = bytes.length - 1; valid > 0 && ((bytes[valid] as number) & 0xc0) === 0x80; ) valid--;
    return valid;
  }
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (isValid(middle, false)) valid = middle;
    else invalid = middle;
  }
  // A multi-byte character fails at its second byte; the foreign byte is its first.
  while (valid > 0 && !isValid(valid, true)) valid--;
  return valid;
}
