import { describe, expect, it } from '@jest/globals';
import { boundedCompressors, mostUnpacked, zstdBytes } from './parquet-compressors.ts';

const magic = [0x28, 0xb5, 0x2f, 0xfd];
const [raw, run, packed] = [0, 1, 2];
/** The header of a block: three bytes, the lowest first. */
const block = (kind: number, size: number, isLast: boolean, ...content: readonly number[]): number[] => {
  const header = size * 8 + kind * 2 + Number(isLast);
  return [header & 255, (header >> 8) & 255, header >> 16, ...content];
};
/** A frame in one segment that says its size in four bytes; a frame with a window of 1 KiB that does not say it. */
const told = (size: number, ...blocks: readonly number[]): number[] => [
  ...magic,
  0xa0,
  ...[0, 8, 16, 24].map((shift) => (size >>> shift) & 255),
  ...blocks,
];
const untold = (...blocks: readonly number[]): number[] => [...magic, 0x00, 0x00, ...blocks];
const unpack = (bytes: readonly number[], length: number): Uint8Array | undefined =>
  boundedCompressors.ZSTD?.(Uint8Array.from(bytes), length);
const hello = Buffer.from('hello');

describe('zstd', () => {
  it('is unpacked, in frames of any kind', () => {
    expect(Buffer.from(unpack(told(5, ...block(raw, 5, true, ...hello)), 5) as Uint8Array)).toEqual(hello);
    const two = [
      ...untold(...block(raw, 5, false, ...hello), ...block(run, 3, true, 0x21)),
      ...told(1, ...block(raw, 1, true, 9)),
    ];
    expect(Buffer.from(unpack(two, 9) as Uint8Array)).toEqual(Buffer.from('hello!!!\t'));
  });

  it('is refused before it is unpacked if its frames can give more than the page, or what is there, allows', () => {
    // Two gigabytes, in what the frame says and in runs of one byte.
    expect(() => unpack(told(2 ** 31, ...block(raw, 5, true, ...hello)), 5)).toThrow(
      'zstd frames of up to 2147483648 bytes',
    );
    const runs = Array.from({ length: 1024 }, (_, index) => block(run, 2 ** 21 - 1, index === 1023, 7)).flat();
    expect(() => unpack(untold(...runs), 5)).toThrow(/zstd frames of up to 21474\d{5} bytes/);
    // A window of 2 GB is memory too.
    expect(() => unpack([...magic, 0x00, 21 << 3, ...block(raw, 5, true, ...hello)], 5)).toThrow(/2147483648 bytes/);
    expect(() => unpack([1, 2, 3, 4, 5], 5)).toThrow('bytes that are no zstd frame');
    expect(() => unpack(told(5, ...block(raw, 5, false, ...hello)), 5)).toThrow();
  });

  it('is bounded by its blocks where a frame does not say its size', () => {
    expect(zstdBytes(Uint8Array.from(untold(...block(packed, 2, true, 0, 0))))).toBe(2 ** 17);
  });
});

describe('mostUnpacked', () => {
  it('lets few bytes grow to 256 MiB, and many to sixteen times as many', () => {
    expect([mostUnpacked(10), mostUnpacked(2 ** 26)]).toEqual([2 ** 28, 2 ** 30]);
  });
});
