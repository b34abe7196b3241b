import { describe, expect, it } from '@jest/globals';
import type { DataFile } from './data-file.ts';
import { filesFingerprint } from './shard-files.ts';

/** A file of zeros but for one byte; counts what is read of it. */
function zeros(size: number, one = 0): DataFile & { bytesRead: number } {
  const file = {
    bytesRead: 0,
    path: '/data/train.tar',
    name: 'train.tar',
    folder: '/data',
    size: async () => size,
    async read(start: number, end: number) {
      file.bytesRead += end - start;
      const bytes = new Uint8Array(end - start);
      if (one >= start && one < end) bytes[one - start] = 1;
      return bytes;
    },
    async *pieces() {
      for (let start = 0; start < size; start += 2 ** 20) yield file.read(start, Math.min(start + 2 ** 20, size));
    },
    stream: () => {
      throw new Error('not streamed');
    },
  };
  return file;
}

describe('filesFingerprint', () => {
  it('hashes all of files that are small together', async () => {
    const file = zeros(2 ** 23, 5_000_000);
    const [found, other] = [await filesFingerprint([file]), await filesFingerprint([zeros(2 ** 23, 5_000_001)])];
    expect(file.bytesRead).toBe(2 ** 23);
    expect(found).not.toBe(other);
  });

  it('hashes size and parts of files that are large together, the last bytes too', async () => {
    const size = 3 * 2 ** 30;
    const file = zeros(size, size - 1);
    const found = await filesFingerprint([file]);
    expect(file.bytesRead).toBe(65 * 2 ** 16);
    expect(found).not.toBe(await filesFingerprint([zeros(size)]));
    expect(await filesFingerprint([zeros(size)])).not.toBe(await filesFingerprint([zeros(size + 1)]));
  });

  it('hashes fewer parts of each of many files', async () => {
    const files = Array.from({ length: 1000 }, () => zeros(2 ** 24));
    await filesFingerprint(files);
    expect(files.map(({ bytesRead }) => bytesRead)).toEqual(files.map(() => 4 * 2 ** 16));
  });
});
