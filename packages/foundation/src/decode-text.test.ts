import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeText, otherEncoding } from './decode-text.ts';
import { parseJson, parsePythonJson } from './parse-json.ts';

const origin = { source: 'data', name: 'captions.txt' };
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string, isBigEndian = false): Uint8Array => {
  const bytes = Buffer.from(text, 'utf16le');
  return new Uint8Array(isBigEndian ? bytes.swap16() : bytes);
};
const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

describe('decodeText', () => {
  it('decodes every text, with and without a byte order mark', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.includes('\0') && !text.startsWith('\uFEFF') && !text.startsWith('PK\u0003\u0004'));
        expect(decodeText(utf8(text), origin)).toBe(text);
        expect(decodeText(utf8(`\uFEFF${text}`), origin)).toBe(text);
      }),
    );
  });

  it.each([
    ['UTF-16 with a mark', utf16('\uFEFFRed shirt'), 'UTF-16 (little-endian)'],
    ['UTF-16 with a mark, big-endian', utf16('\uFEFFRed shirt', true), 'UTF-16 (big-endian)'],
    ['UTF-16 without a mark', utf16('Red shirt'), 'UTF-16 (little-endian)'],
    ['UTF-16 without a mark, big-endian', utf16('Red shirt', true), 'UTF-16 (big-endian)'],
    ['UTF-32', Uint8Array.of(0xff, 0xfe, 0, 0, 65, 0, 0, 0), 'UTF-32 (little-endian)'],
    ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0), 'gzip-compressed data'],
    ['Latin-1', latin1('Chemise légère'), 'byte 0xE9 at 9, perhaps Latin-1 or Windows-1252'],
    ['Latin-1 at the end', latin1('Café'), 'byte 0xE9 at 3, perhaps Latin-1 or Windows-1252'],
    ['a cut character', utf8('Caf\u20ac').subarray(0, 5), 'byte 0xE2 at 3, '],
  ])('refuses %s by its name', (_, bytes, found) => {
    expect(otherEncoding(bytes)).toContain(found);
    expect(() => decodeText(bytes, origin)).toThrow(
      `@kaleido/data: captions.txt is not UTF-8 text, found ${JSON.stringify(otherEncoding(bytes))}; save it as UTF-8`,
    );
  });
});

describe('parseJson', () => {
  it('accepts a byte order mark, and names the file in its error', () => {
    expect(parseJson('\uFEFF{"a": 1}', origin)).toEqual({ a: 1 });
    expect(() => parseJson('{"a": }', origin)).toThrow(/^@kaleido\/data: captions\.txt is not JSON, found "Unexpected/);
    expect(() => parseJson('{"a": NaN}', origin)).toThrow('captions.txt is not JSON');
  });
});

describe('parsePythonJson', () => {
  it('reads the numbers that Python writes and JSON lacks as null', () => {
    expect(parsePythonJson('\uFEFF{"a": NaN, "b": [Infinity, -Infinity, -1], "c": "NaN \\" NaN"}', origin)).toEqual({
      a: null,
      b: [null, null, -1],
      c: 'NaN " NaN',
    });
    expect(parsePythonJson('{"NaN": "Infinity"}', origin)).toEqual({ NaN: 'Infinity' });
    // For example a picture in base64.
    const long = 'a'.repeat(12_000_000);
    expect(parsePythonJson(`{"a": "${long}", "b": NaN}`, origin)).toEqual({ a: long, b: null });
    expect(() => parsePythonJson('{"a": NaNs}', origin)).toThrow('captions.txt is not JSON');
  });
});
