import { describe, expect, it } from '@jest/globals';
import type { Look } from '@kaleido/pipeline';
import { KeptLooks } from './kept-looks.ts';

/** A look whose mask has so many bytes. */
const lookOf = (id: string, bytes: number): Look => ({
  id,
  image: { width: bytes, height: 1, data: new Uint8Array(3 * bytes) },
  mask: new Uint8Array(bytes),
  box: { x0: 0, y0: 0, x1: 5, y1: 5 },
  patches: [],
  slots: new Float32Array(0),
  batch: { size: 1, featureWidth: 0, features: new Float32Array(0), positions: new Float32Array(0) },
});

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('the looks that are kept', () => {
  const asked: string[] = [];
  const ask = (looks: KeptLooks, id: string, bytes = 10) =>
    looks.get(id, async () => {
      asked.push(id);
      return lookOf(id, bytes);
    });

  it('have no pixels, and are not made twice', async () => {
    const looks = new KeptLooks();
    const [first, second] = await Promise.all([ask(looks, 'a'), ask(looks, 'a')]);
    expect(second).toBe(first);
    expect(first).toMatchObject({ id: 'a', width: 10, height: 1 });
    expect(first).not.toHaveProperty('image');
    expect(asked.splice(0)).toEqual(['a']);
  });

  it('are the newest ones, few and small enough', async () => {
    const looks = new KeptLooks({ looks: 3, bytes: 100 });
    for (const id of ['a', 'b', 'a', 'c', 'd']) await ask(looks, id);
    await settled();
    // `a` was asked for after `b`.
    for (const id of ['a', 'b']) await ask(looks, id);
    expect(asked.splice(0)).toEqual(['a', 'b', 'c', 'd', 'b']);
    await ask(looks, 'large', 95);
    await ask(looks, 'larger', 500);
    await settled();
    await ask(looks, 'larger', 500);
    await ask(looks, 'large', 95);
    expect(asked.splice(0)).toEqual(['large', 'larger', 'large']);
  });

  it('are those that succeeded', async () => {
    const looks = new KeptLooks();
    await expect(looks.get('a', () => Promise.reject(new Error('damaged')))).rejects.toThrow('damaged');
    expect((await ask(looks, 'a')).id).toBe('a');
  });
});
