import { describe, expect, it } from '@jest/globals';
import { formats } from './formats.ts';
import { fuzz } from './fuzz.ts';

// `pnpm fuzz` gives each 20,000.
const count = 400;

describe('a damaged file', () => {
  it.each(Object.keys(formats))('%s is read or refused, in little time and memory', async (format) => {
    const { read, refused, slowestMilliseconds, memory, failures } = await fuzz({ format, count, seed: 1 });
    expect(failures).toEqual([]);
    expect(read + refused).toBe(count);
    expect(refused).toBeGreaterThan(0);
    expect(slowestMilliseconds).toBeLessThan(2000);
    expect(memory).toBeLessThan(300 * 2 ** 20);
  });
});
