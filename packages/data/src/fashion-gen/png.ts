import { crc32, deflateSync } from 'node:zlib';

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/**
 * A PNG file of RGB pixels, without compression: it lives for as long as it takes to decode it.
 * @param pixels height x width x 3 bytes
 */
export function pngOfPixels(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const stride = 3 * width;
  const rows = new Uint8Array(height * (stride + 1));
  for (let row = 0; row < height; row++) {
    // The byte before each row is its filter: 0, none.
    rows.set(pixels.subarray(row * stride, (row + 1) * stride), row * (stride + 1) + 1);
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  // 8 bits, RGB.
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    // In one piece: without compression there are five more bytes for at most 16 KiB.
    chunk('IDAT', deflateSync(rows, { level: 0, chunkSize: rows.length + (rows.length >> 10) + 128 })),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}
