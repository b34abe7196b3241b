import { crc32 as crc32OfNode } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { crc32, zip } from './zip.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(new TextEncoder().encode(text));

describe('a ZIP archive', () => {
  it('has the checksums that Node computes', () => {
    expect(crc32(bytes('123456789'))).toBe(0xcbf43926);
    fc.assert(fc.property(fc.uint8Array(), (content) => crc32(content) === crc32OfNode(content)));
  });

  it('is the one that `zip -0` writes, but for dates and attributes', async () => {
    // Read with Python's zipfile and unzip -t (6.00) when this was written: both accept it.
    const content = bytes('one two');
    const archive = new DataView(await zip([{ name: 'ä.txt', content }]).arrayBuffer());
    const name = bytes('ä.txt');
    expect(archive.getUint32(0, true)).toBe(0x04034b50);
    expect(archive.getUint32(14, true)).toBe(crc32(content));
    expect(archive.getUint32(18, true)).toBe(7);
    expect(archive.getUint16(26, true)).toBe(name.length);
    const directory = 30 + name.length + content.length;
    expect(archive.getUint32(directory, true)).toBe(0x02014b50);
    expect(archive.getUint32(directory + 42, true)).toBe(0);
    const end = directory + 46 + name.length;
    expect(archive.getUint32(end, true)).toBe(0x06054b50);
    expect(archive.getUint16(end + 10, true)).toBe(1);
    expect(archive.getUint32(end + 12, true)).toBe(46 + name.length);
    expect(archive.getUint32(end + 16, true)).toBe(directory);
    expect(archive.byteLength).toBe(end + 22);
  });
});
