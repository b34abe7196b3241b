import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fileKind } from './find-file-kind.ts';

/** Bytes from text, one byte per character. */
const latin = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const zeros = (length: number): string => '\0'.repeat(length);
const u16 = (value: number): string => String.fromCharCode(value >> 8, value & 255);
const u32 = (value: number): string => u16(value >>> 16) + u16(value & 0xffff);
const box = (type: string, content: string): string => u32(8 + content.length) + type + content;
const brands = (major: string, ...others: string[]): string => box('ftyp', major + u32(0) + others.join(''));
const item = (type: string): string => box('infe', `\x02\0\0\0\0\x01\0\0${type}\0`);
/** A HEIF file with items, after a handler that is skipped. */
const heif = (major: string, others: readonly string[], ...items: string[]): Uint8Array =>
  latin(
    brands(major, ...others) +
      box('meta', u32(0) + box('hdlr', zeros(25)) + box('iinf', u32(0) + u16(items.length) + items.map(item).join(''))),
  );

/** A TIFF of one directory, most significant byte first: tag, type (3 short, 4 long), value. */
const tiff = (...entries: readonly (readonly [number, 3 | 4, number])[]): Uint8Array =>
  latin(
    `MM\0*${u32(8)}${u16(entries.length)}${entries
      .map(([tag, type, value]) => u16(tag) + u16(type) + u32(1) + (type === 3 ? u16(value) + u16(0) : u32(value)))
      .join('')}${u32(0)}`,
  );

/** The header of a TGA: kind of map, kind of picture, length and depth of the map, depth of the picture. */
const targa = (mapType: number, imageType: number, mapLength: number, mapDepth: number, depth: number): Uint8Array =>
  Uint8Array.from([0, mapType, imageType, 0, 0, mapLength & 255, mapLength >> 8, mapDepth, 0, 0, 0, 0, 4, 0, 4, 0, depth, 0]); // biome-ignore format: a header

const cases: readonly (readonly [name: string, mediaType: string, bytes: Uint8Array])[] = [
  ['a JPEG picture', 'image/jpeg', latin('\xff\xd8\xff\xe0')],
  ['a PNG picture', 'image/png', latin(`\x89PNG\r\n\x1a\n${u32(13)}IHDR`)],
  ['a PNG picture in Apple’s own form (CgBI)', 'application/octet-stream', latin(`\x89PNG\r\n\x1a\n${u32(4)}CgBI`)],
  ['a GIF picture', 'image/gif', latin('GIF89a')],
  ['a WebP picture', 'image/webp', latin('RIFF\x10\0\0\0WEBPVP8 ')],
  ['a TIFF picture', 'image/tiff', tiff([256, 3, 10])],
  ['a TIFF picture', 'image/tiff', latin('II+\0\x08\0\0\0')],
  // A pyramid: smaller pictures below, but the first is the whole one.
  ['a TIFF picture', 'image/tiff', tiff([254, 4, 0], [262, 3, 2], [330, 4, 200])],
  ['a camera raw file (NEF, ARW or alike)', 'image/x-raw', tiff([254, 4, 1], [330, 4, 200])],
  ['a camera raw file (NEF, ARW or alike)', 'image/x-raw', tiff([262, 3, 32_803])],
  ['a camera raw file (DNG)', 'image/x-adobe-dng', tiff([254, 4, 1], [50_706, 4, 0x01040000])],
  ['a camera raw file (CR2)', 'image/x-canon-cr2', latin('II*\0\x10\0\0\0CR\x02\0')],
  ['a camera raw file (CR3)', 'image/x-canon-cr3', latin(brands('crx ', 'isom'))],
  ['a camera raw file (RAF)', 'image/x-fuji-raf', latin('FUJIFILMCCD-RAW 0201')],
  ['a camera raw file (ORF)', 'image/x-olympus-orf', latin('IIRO\x08\0\0\0')],
  ['a camera raw file (RW2)', 'image/x-panasonic-rw2', latin('IIU\0\x18\0\0\0')],
  ['an AVIF picture', 'image/avif', latin(brands('avif', 'mif1', 'miaf'))],
  ['an AVIF picture', 'image/avif', latin(brands('avis', 'msf1'))],
  ['an AVIF picture', 'image/avif', heif('mif1', ['miaf'], 'av01')],
  ['HEVC-compressed HEIC', 'image/heic', latin(brands('heic', 'mif1', 'heic'))],
  ['HEVC-compressed HEIC', 'image/heic', latin(brands('heix', 'mif1'))],
  ['HEVC-compressed HEIC', 'image/heic', latin(brands('mif1', 'heic'))],
  ['HEVC-compressed HEIC', 'image/heic', heif('mif1', ['miaf'], 'grid', 'hvc1', 'Exif')],
  ['HEVC-compressed HEIC sequence', 'image/heic-sequence', latin(brands('hevc', 'msf1'))],
  ['HEVC-compressed HEIC sequence', 'image/heic-sequence', latin(brands('msf1', 'hevc'))],
  ['a HEIF picture', 'image/heif', latin(brands('mif1', 'miaf'))],
  ['AVC-compressed HEIF', 'image/heif', latin(brands('avci', 'mif1'))],
  ['a video (MP4 or QuickTime)', 'video/mp4', latin(brands('isom', 'iso2', 'avc1', 'mp41'))],
  ['a video (MP4 or QuickTime)', 'video/mp4', latin(brands('qt  '))],
  ['a video (MP4 or QuickTime)', 'video/mp4', latin(box('wide', '') + box('mdat', 'data'))],
  ['an M4A sound', 'audio/mp4', latin(brands('M4A ', 'isom'))],
  ['a WebM or Matroska video', 'video/webm', latin('\x1a\x45\xdf\xa3\x01')],
  ['an AVI video', 'video/vnd.avi', latin('RIFF\0\0\0\0AVI LIST')],
  ['a JPEG XL picture', 'image/jxl', latin('\xff\x0a\xfa')],
  ['a JPEG XL picture', 'image/jxl', latin(`${box('JXL ', '\r\n\x87\n')}${brands('jxl ')}`)],
  ['a JPEG 2000 picture', 'image/jp2', latin(`${box('jP  ', '\r\n\x87\n')}${brands('jp2 ')}`)],
  ['a JPEG 2000 picture', 'image/j2c', latin('\xff\x4f\xff\x51\0')],
  ['a BMP picture', 'image/bmp', latin(`BM\x36\x03\0\0${zeros(4)}\x36\0\0\0\x28\0\0\0`)],
  ['a PBM picture', 'image/x-portable-bitmap', latin('P4\n16 8\n\xff\0')],
  ['a PGM picture', 'image/x-portable-graymap', latin('P2 4 4 255\n0 1 2')],
  ['a PPM picture', 'image/x-portable-pixmap', latin('P6\n# made by hand\n4 4\n255\n\x80\x90')],
  ['a PAM picture', 'image/x-portable-anymap', latin('P7\nWIDTH 4\nHEIGHT 4\n')],
  ['an XBM picture', 'image/x-xbitmap', utf8('#define picture_width 16\n#define picture_height 8\n')],
  ['an XPM picture', 'image/x-xpixmap', utf8('/* XPM */\nstatic char *picture[] = {')],
  ['a TGA picture', 'image/x-tga', targa(0, 2, 0, 0, 24)],
  ['a TGA picture', 'image/x-tga', targa(1, 9, 256, 24, 8)],
  ['a TGA picture', 'image/x-tga', latin(`${zeros(40)}TRUEVISION-XFILE.\0`)],
  ['an ICO icon', 'image/vnd.microsoft.icon', latin('\0\0\x01\0\x01\0\x20\x20\0\0\x01\0\x20\0')],
  ['a Photoshop document (PSD)', 'image/vnd.adobe.photoshop', latin(`8BPS\0\x01${zeros(6)}\0\x03`)],
  ['a PDF document', 'application/pdf', latin('%PDF-1.7\n%\xe2\xe3\xcf\xd3')],
  ['an EPS drawing', 'application/postscript', utf8('%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n')],
  ['an EPS drawing', 'application/postscript', latin('\xc5\xd0\xd3\xc6\x1e\0\0\0')],
  ['an SVG drawing', 'image/svg+xml', utf8('\ufeff<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="a">')],
  ['an SVG drawing', 'image/svg+xml', utf8('  <svg viewBox="0 0 1 1">')],
  ['an OpenEXR picture', 'image/x-exr', latin('\x76\x2f\x31\x01\x02\0\0\0')],
  ['a DICOM file', 'application/dicom', latin(`${zeros(128)}DICM`)],
  ['a ZIP archive', 'application/zip', latin('PK\x03\x04\x14\0')],
  ['a gzip file', 'application/gzip', latin('\x1f\x8b\x08\0')],
  ['a tar archive', 'application/x-tar', latin(`a.jpg${zeros(252)}ustar\x0000`)],
  ['an HTML page', 'text/html', utf8('<!DOCTYPE html><title>404</title>')],
  ['an HTML page', 'text/html', utf8('\r\n<!-- cached -->\n<HTML><body><svg></svg>')],
  ['an HTML page', 'text/html', utf8('<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html xmlns="y">')],
  ['an XML document', 'application/xml', utf8('<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>')],
  ['JSON', 'application/json', utf8('{"error": "not found"}')],
  ['JSON', 'application/json', utf8('[{"id": 1}]')],
  ['text', 'text/plain', utf8('Too many requests – déjà vu')],
  ['text', 'text/plain', utf8('P6 is a form of Netpbm')],
  ['text', 'text/plain', utf8('BMW, a maker of cars')],
  ['text', 'text/plain', Uint8Array.of(0xff, 0xfe, 0x61, 0, 0x62, 0)],
  // Truncated in the middle of a character.
  ['text', 'text/plain', utf8('é'.repeat(3000)).subarray(0, 4097)],
  [
    'a Git LFS pointer, not the file that it stands for',
    'text/plain',
    utf8('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n'),
  ],
  ['a git-annex pointer, not the file that it stands for', 'text/plain', utf8('/annex/objects/SHA256E-s3--0.jpg\n')],
  ['a picture written as base64 text', 'text/plain', utf8('/9j/4AAQSkZJRgABAQ==')],
  ['a picture written as base64 text', 'text/plain', utf8('iVBORw0KGgoAAAANSUhEUg\n')],
  ['a picture written as a data: URL', 'text/plain', utf8('data:image/png;base64,iVBORw0KGgo=')],
  ['a picture written as a Python bytes literal', 'text/plain', utf8(String.raw`b'\xff\xd8\xff\xe0'`)],
  [
    'an AppleDouble file (metadata that macOS keeps in a file ._NAME)',
    'application/applefile',
    latin('\0\x05\x16\x07\0\x02\0\0Mac OS X'),
  ],
  ['an empty file', 'application/octet-stream', new Uint8Array(0)],
  ['a file of zeros', 'application/octet-stream', new Uint8Array(1)],
  ['a file of zeros', 'application/octet-stream', new Uint8Array(5000)],
  ['a file that begins with zeros', 'application/octet-stream', latin(`${zeros(512)}\xff\xd8\xff`)],
  ['a file of white space', 'text/plain', utf8(' \n\n')],
];

describe('fileKind', () => {
  it.each(cases)('recognises %s (%s)', (name, mediaType, bytes) => {
    expect(fileKind(bytes)).toMatchObject({ name, mediaType });
  });

  it('does not guess', () => {
    for (const bytes of [latin('\xb2\x1c\x60\x28\xe5\xf7\x0f\xfc\xe2\x3d'), latin('\x80'), latin('RIFF\0\0\0\0ABCD')])
      expect(fileKind(bytes)).toBeUndefined();
  });

  it('reads a view from its own beginning', () => {
    const file = heif('mif1', ['miaf'], 'hvc1');
    const within = new Uint8Array(file.length + 7);
    within.set(file, 7);
    expect(fileKind(within.subarray(7))).toEqual(fileKind(file));
  });

  it('never throws, however a file is truncated or damaged', () => {
    fc.assert(
      fc.property(fc.nat(cases.length - 1), fc.nat(400), fc.nat(200), fc.nat(255), (file, cut, at, byte) => {
        const bytes = cases[file]![2].slice(0, cut);
        if (at < bytes.length) bytes[at] = byte;
        expect(() => fileKind(bytes)).not.toThrow();
      }),
      { numRuns: 3000 },
    );
  });
});
