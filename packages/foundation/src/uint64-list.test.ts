import { describe, expect, it } from '@jest/globals';
import { Uint64List } from './uint64-list.ts';

describe('Uint64List', () => {
  it('keeps all numbers in order while it grows', () => {
    const list = new Uint64List();
    for (let i = 0; i < 5000; i++) list.add(BigInt(i) << 40n);
    expect(list.length).toBe(5000);
    expect([...list.values()]).toEqual(Array.from({ length: 5000 }, (_, i) => BigInt(i) << 40n));
  });
});
