import { describe, expect, it } from '@jest/globals';
import { sampleMask } from './drawn-picture.ts';

describe('a mask in another size', () => {
  it('has the nearest pixels', () => {
    const mask = Uint8Array.of(0, 0, 1, 1, 0, 0, 1, 1);
    const size = { width: 4, height: 2 };
    expect(sampleMask(mask, size, size)).toEqual(mask);
    expect([...sampleMask(mask, size, { width: 2, height: 1 })]).toEqual([0, 1]);
    expect([...sampleMask(mask, size, { width: 8, height: 1 })]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  });
});
