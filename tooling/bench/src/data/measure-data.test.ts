import { describe, expect, it } from '@jest/globals';
import { dataTables } from './data-tables.ts';
import { measureFirst, measureLength, measureRate } from './measure-data.ts';
import { dataFormats } from './write-set.ts';

const pictureBytes = 768;

describe('measureFirst', () => {
  it.each(dataFormats)(
    'opens a set of %s, of which shards repeat, are a hole, or have rows that share pictures',
    async (format) => {
      const first = await measureFirst(format, { bytes: 3e5, pictureBytes });
      expect(first).toMatchObject({ format, products: 1, setBytes: 391 * pictureBytes });
      expect(first.firstSeconds).toBeGreaterThanOrEqual(first.openSeconds);
    },
  );
});

describe('measureRate', () => {
  it('counts the bytes of all pictures', async () => {
    const rate = await measureRate('tar', { bytes: 1e5, pictureBytes: 1000, turns: 2 });
    expect(rate).toMatchObject({ format: 'tar', products: 100, bytes: 100_000 });
    expect(dataTables({ first: [], rates: [rate], lengths: [] })).toMatch(
      /^\| photographs \| MB .*\n.*\n\| tar \| 0 \| \d+ \|/,
    );
  });
});

describe('measureLength', () => {
  it.each(dataFormats)('reads every product of %s', async (format) => {
    const length = await measureLength(format, 50);
    expect(length).toMatchObject({ format, products: 50, leftOut: 0 });
    expect(length.memoryBytes).toBeGreaterThan(0);
  });
});
