import { fileKind } from '@kaleido/foundation';
import type { Size } from '../box.ts';

/** Raster formats of catalogues. Vector and document formats are excluded: they are programs for a renderer. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'heif' | 'tiff';

export interface ImageHeader {
  readonly format: ImageFormat;
  /** Size claimed by the file, before decoding; absent if the header does not contain it in plain form. */
  readonly size?: Size;
}

const formats: Readonly<Record<string, ImageFormat | undefined>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'avif',
  'image/heic': 'heif',
  'image/heic-sequence': 'heif',
  'image/heif': 'heif',
  'image/heif-sequence': 'heif',
  'image/tiff': 'tiff',
};

/** The format that a file's bytes show; undefined if it is not a raster picture. The file name is not used. */
export function imageHeader(bytes: Uint8Array): ImageHeader | undefined {
  const format = formats[fileKind(bytes)?.mediaType ?? ''];
  if (format === undefined) return undefined;
  const size = sizeOf(format, bytes);
  return { format, ...(size && { size }) };
}

function sizeOf(format: ImageFormat, bytes: Uint8Array): Size | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (format === 'jpeg') return jpegSize(view);
  if (format === 'png')
    return bytes.length < 24 ? undefined : { width: view.getUint32(16), height: view.getUint32(20) };
  if (format === 'gif')
    return bytes.length < 10 ? undefined : { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (format === 'webp') return webpSize(view);
  if (format === 'tiff') return undefined;
  return heifSize(bytes, view);
}

/** Size from the start-of-frame segment. */
function jpegSize(view: DataView): Size | undefined {
  let at = 2;
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    // Padding, and markers without a segment.
    at += marker === 0xff ? 1 : marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8) ? 2 : 2 + view.getUint16(at + 2);
  }
  return undefined;
}

function webpSize(view: DataView): Size | undefined {
  if (view.byteLength < 30) return undefined;
  const kind = String.fromCharCode(...[12, 13, 14, 15].map((at) => view.getUint8(at)));
  const threeBytes = (at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  if (kind === 'VP8X') return { width: 1 + threeBytes(24), height: 1 + threeBytes(27) };
  if (kind === 'VP8 ') return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (kind !== 'VP8L') return undefined;
  const bits = view.getUint32(21, true);
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}

/** The largest `ispe` property near the front: a picture may consist of tiles, which have their own. */
function heifSize(bytes: Uint8Array, view: DataView): Size | undefined {
  let largest: Size | undefined;
  for (let at = 0; at + 16 <= Math.min(bytes.length, 65_536); at++) {
    if (view.getUint32(at) !== 0x69737065) continue;
    const size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (largest === undefined || size.width * size.height > largest.width * largest.height) largest = size;
  }
  return largest;
}
