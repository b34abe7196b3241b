import { describe, expect, it } from '@jest/globals';
import { randomStream } from '@kaleido/foundation';
import { VectorTable } from './vector-table.ts';

function normal(name: string, length: number): Float32Array {
  const random = randomStream(1, name);
  return Float32Array.from({ length }, () => random.normal());
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>, offset: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[offset + i]!;
  return sum;
}

describe('VectorTable', () => {
  it.each([
    [1, 1],
    [3, 16],
    [70, 17],
    [5000, 64],
    [40, 2064],
  ])('gives the products of %i rows of %i numbers', async (rows, width) => {
    const values = normal('rows', rows * width);
    const query = normal('query', width);
    const table = await VectorTable.open({ rows, width, values });
    for (const [begin, end] of [
      [0, Math.min(rows, 4096)],
      [rows >> 1, rows],
      [rows, rows],
    ] as const) {
      const scores = table.scores(query, begin, end);
      expect(scores.length).toBe(end - begin);
      for (const [i, score] of scores.entries())
        expect(Math.abs(score - dot(query, values, (begin + i) * width))).toBeLessThan(1e-4 * Math.sqrt(width));
    }
  });

  it.each([
    [1, 1],
    [70, 17],
    [5000, 64],
  ])('gives the products of %i rows of %i bytes and their scales', async (rows, width) => {
    const random = randomStream(2);
    const values = Int8Array.from({ length: rows * width }, () => random.integer(255) - 127);
    const scales = Float32Array.from({ length: rows }, () => 0.001 + random.uniform());
    const query = normal('query', width);
    const table = await VectorTable.open({ rows, width, values, scales });
    const begin = Math.max(0, rows - 4000);
    for (const [i, score] of table.scores(query, begin, rows).entries()) {
      const exact = scales[begin + i]! * dot(query, values, (begin + i) * width);
      // The query is in 14 bits.
      expect(Math.abs(score - exact)).toBeLessThan(2e-4 * 127 * scales[begin + i]! * width);
    }
  });

  it('does not overflow with the widest rows of the largest bytes', async () => {
    const values = new Int8Array(2064).fill(-127);
    const table = await VectorTable.open({ rows: 1, width: 2064, values, scales: Float32Array.of(1) });
    expect(table.scores(new Float32Array(2064).fill(1), 0, 1)[0]).toBeCloseTo(-127 * 2064, 0);
    expect(table.scores(new Float32Array(2064), 0, 1)[0]).toBe(0);
  });

  it('holds no rows at all', async () => {
    const table = await VectorTable.open({ rows: 0, width: 8, values: new Float32Array() });
    expect([...table.scores(new Float32Array(8), 0, 0)]).toEqual([]);
  });

  it('refuses values that do not fill the rows, and bytes that could overflow', async () => {
    await expect(VectorTable.open({ rows: 2, width: 3, values: new Float32Array(5) })).rejects.toThrow(
      '@kaleido/backend: a table of 2 vectors of 3 numbers needs 6 values, found 5',
    );
    const scales = Float32Array.of(1);
    await expect(VectorTable.open({ rows: 1, width: 2065, values: new Int8Array(2065), scales })).rejects.toThrow(
      '@kaleido/backend: vectors in bytes may have up to 2064 numbers, found 2065; use float32',
    );
    const table = await VectorTable.open({ rows: 2, width: 3, values: new Float32Array(6) });
    expect(() => table.scores(new Float32Array(3), 1, 3)).toThrow(RangeError);
    expect(() => table.scores(new Float32Array(2), 0, 1)).toThrow(RangeError);
  });
});
