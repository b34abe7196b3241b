import { describe, expect, it } from '@jest/globals';
import { KaleidoError } from '@kaleido/foundation';
import { type Backend, selectBackend, tf } from './index.ts';

describe('selectBackend', () => {
  it('takes wasm by default and says why nothing better', async () => {
    const { name, description } = await selectBackend();
    expect(name).toBe('wasm');
    expect(description).toMatch(/^wasm \(.*cuda.*tensorflow.*webgpu.*\)$/);
    expect(tf.getBackend()).toBe('wasm');
  });

  it.each(['cpu', 'wasm'] as const)('takes %s when asked', async (prefer) => {
    expect(await selectBackend({ prefer })).toEqual({ name: prefer, description: `${prefer} (asked for)` });
    expect(tf.getBackend()).toBe(prefer);
  });

  it.each(['cuda', 'tensorflow'] as const)('says that %s is not part of this version', async (prefer) => {
    await expect(selectBackend({ prefer })).rejects.toThrow(
      `@kaleido/backend: the backend "${prefer}" is not part of this version; take wasm, or webgpu where there is a GPU`,
    );
  });

  it('names the known ones for an unknown one', async () => {
    const error = await selectBackend({ prefer: 'gpu' as Backend }).catch((reason: unknown) => reason);
    expect(KaleidoError.isInstance(error)).toBe(true);
    expect((error as Error).message).toBe(
      '@kaleido/backend: unknown backend, found "gpu"; known are cuda, webgpu, tensorflow, wasm, cpu',
    );
  });
});
