import type { Compressors } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/**
 * Bytes to which anything may unpack: pages of text and dictionaries shrink to a small part of their size. DuckDB writes
 * pages of 100 MB, others of 1 MB.
 */
const unpackedFreely = 2 ** 28;

/** Beyond that, how many times its stored bytes a page may have: photographs hardly shrink, text to a tenth. */
const mostGrowth = 16;

/** The most bytes to which stored bytes may unpack, whatever the file says of itself. */
export function mostUnpacked(stored: number): number {
  return Math.max(unpackedFreely, mostGrowth * stored);
}

/**
 * The codecs of Parquet pages. Each gives the bytes that the page header says, or throws: zstd, which takes no notice of
 * that number, is refused if its own frames could give more.
 */
export const boundedCompressors: Compressors = {
  ...compressors,
  ZSTD(input, length) {
    const most = zstdBytes(input);
    if (most > Math.max(length, mostUnpacked(input.length))) throw new Error(`zstd frames of up to ${most} bytes`);
    return (compressors.ZSTD as NonNullable<typeof compressors.ZSTD>)(input, length);
  },
};

const [frameMagic, skippableMagic] = [0xfd2fb528, 0x184d2a5];
/** RFC 8878, 3.1.1.2.3. */
const largestBlock = 2 ** 17;

/**
 * The most bytes that frames of zstd can take in memory when they are unpacked, by their headers and those of their blocks
 * (RFC 8878, 3.1.1).
 * @throws Error for bytes that are no frames
 */
export function zstdBytes(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const number = (at: number, length: number): number => {
    let value = 0;
    for (let byte = 0; byte < length; byte++) value += view.getUint8(at + byte) * 2 ** (8 * byte);
    return value;
  };
  let [sum, largestWindow] = [0, 0];
  for (let at = 0; at < bytes.length; ) {
    const magic = number(at, 4);
    if (magic >>> 4 === skippableMagic) {
      at += 8 + number(at + 4, 4);
      continue;
    }
    if (magic !== frameMagic) throw new Error('bytes that are no zstd frame');
    const flags = view.getUint8(at + 4);
    const [sizeFlag, isSingle, hasChecksum, dictionary] = [flags >> 6, (flags >> 5) & 1, (flags >> 2) & 1, flags & 3];
    at += 5;
    if (isSingle === 0) {
      const descriptor = view.getUint8(at++);
      const base = 2 ** (10 + (descriptor >> 3));
      largestWindow = Math.max(largestWindow, base + (base / 8) * (descriptor & 7));
    }
    at += dictionary === 3 ? 4 : dictionary;
    const sizeBytes = sizeFlag === 0 ? isSingle : 2 ** sizeFlag;
    const told = sizeBytes === 0 ? undefined : number(at, sizeBytes) + (sizeFlag === 1 ? 256 : 0);
    at += sizeBytes;
    let ofBlocks = 0;
    for (let isLast = 0; isLast === 0; ) {
      const header = number(at, 3);
      isLast = header & 1;
      const [kind, size] = [(header >> 1) & 3, header >> 3];
      // Of a run, one byte is stored; raw bytes are as they are.
      ofBlocks += kind === 2 ? largestBlock : size;
      at += 3 + (kind === 1 ? 1 : size);
    }
    sum += told ?? ofBlocks;
    at += 4 * hasChecksum;
  }
  return Math.max(sum, largestWindow);
}
