import { afterEach, describe, expect, it } from '@jest/globals';
import { bytesInMemory } from './folder-files.ts';
import { encodeSafetensors, float32Tensor, float32Values } from './safetensors.ts';
import { SafetensorsReader } from './safetensors-reader.ts';

const readers: SafetensorsReader[] = [];
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.close();
});

/** A file of a tensor [4, 2, 3] that counts from 0 on, a single number, and a tensor without rows. */
async function counting(): Promise<SafetensorsReader> {
  const file = encodeSafetensors([
    ['before', { type: 'U8', shape: [3], bytes: Uint8Array.of(7, 8, 9) }],
    [
      'counting',
      float32Tensor(
        Float32Array.from({ length: 24 }, (_, i) => i),
        [4, 2, 3],
      ),
    ],
    ['single', float32Tensor(Float32Array.of(5), [])],
    ['empty', float32Tensor(new Float32Array(), [0, 3])],
  ]);
  const reader = await SafetensorsReader.open(bytesInMemory('counting.safetensors', file));
  readers.push(reader);
  return reader;
}

describe('SafetensorsReader.readRows', () => {
  it('reads the rows from begin to before end, and no other bytes', async () => {
    const reader = await counting();
    for (const [begin, end] of [
      [0, 4],
      [1, 3],
      [3, 4],
      [2, 2],
      [4, 4],
    ] as const) {
      const rows = await reader.readRows('counting', begin, end);
      expect(rows).toMatchObject({ type: 'F32', shape: [end - begin, 2, 3] });
      expect([...float32Values(rows, 'counting')]).toEqual(
        Array.from({ length: 6 * (end - begin) }, (_, i) => 6 * begin + i),
      );
    }
    expect(await reader.readRows('before', 1, 3)).toEqual({ type: 'U8', shape: [2], bytes: Uint8Array.of(8, 9) });
    expect((await reader.readRows('empty', 0, 0)).shape).toEqual([0, 3]);
  });

  it('gives the same numbers as read', async () => {
    const reader = await counting();
    const all = await reader.read('counting');
    expect(await reader.readRows('counting', 0, 4)).toEqual(all);
  });

  it.each([
    ['counting', -1, 2],
    ['counting', 3, 2],
    ['counting', 0, 5],
    ['counting', 0.5, 2],
    ['counting', 0, 1.5],
    ['counting', Number.NaN, 2],
    ['single', 0, 1],
    ['empty', 0, 1],
  ])('refuses the rows of %s from %d to %d', async (name, begin, end) => {
    const reader = await counting();
    await expect(reader.readRows(name, begin, end)).rejects.toThrow(RangeError);
  });

  it('names a tensor that the file does not have', async () => {
    const reader = await counting();
    await expect(reader.readRows('other', 0, 1)).rejects.toThrow(
      '@kaleido/foundation: counting.safetensors has no tensor of this name, found "other"; compare',
    );
  });
});
