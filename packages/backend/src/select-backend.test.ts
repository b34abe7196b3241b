import { describe, expect, it } from '@jest/globals';
import { KaleidoError } from '@kaleido/foundation';
import { tensorflowMissing } from '../test/tensorflow.ts';
import { type Backend, selectBackend, tf } from './index.ts';

const itNative = tensorflowMissing === undefined ? it : it.skip;
const whyNot = tensorflowMissing === undefined ? '' : ` (skipped: ${tensorflowMissing})`;

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

  it.each(['cuda', 'tensorflow'] as const)(
    'says for %s where it was looked for, and what to install',
    async (prefer) => {
      await expect(selectBackend({ prefer, tensorflowFolder: '/nowhere' })).rejects.toThrow(
        /no TensorFlow was found on this machine, found "the option tensorflowFolder \(\/nowhere has none\)"; pip install tensorflow-cpu/,
      );
    },
  );

  itNative(`takes tensorflow and says what it found${whyNot}`, async () => {
    const { name, description } = await selectBackend({ prefer: 'tensorflow' });
    expect(name).toBe('tensorflow');
    expect(description).toMatch(/^tensorflow on TensorFlow 2\.\d+\.\d+ \(found by .+\) \(asked for\)$/);
    expect(tf.getBackend()).toBe('tensorflow');
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %d threads', async (threads) => {
    await expect(selectBackend({ prefer: 'tensorflow', threads })).rejects.toThrow(
      /the threads of an operation must be a whole number from 1 up, found/,
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
