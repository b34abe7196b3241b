import { describe, expect, it } from '@jest/globals';
import { KaleidoError } from '@kaleido/foundation';
import { DeviceWatch } from './device-watch.ts';

class GPUOutOfMemoryError extends Error {}
class GPUValidationError extends Error {}

type Listener = (event: { readonly error: Error }) => void;

/** A fake device that reports what it is told to. */
function device() {
  let listener: Listener = () => undefined;
  let lose: (info: { reason?: string; message: string }) => void = () => undefined;
  const lost = new Promise<{ reason?: string; message: string }>((resolve) => {
    lose = resolve;
  });
  const watch = new DeviceWatch({
    lost,
    addEventListener: (_, added) => {
      listener = added;
    },
  });
  return { watch, refuse: (error: Error) => listener({ error }), lose };
}

describe('DeviceWatch', () => {
  it("throws a device's error once, and the first of several", () => {
    const { watch, refuse } = device();
    expect(() => watch.assertSound()).not.toThrow();
    refuse(new GPUOutOfMemoryError('no room for 3 GB'));
    refuse(new GPUValidationError('the buffer is invalid'));
    let thrown: unknown;
    try {
      watch.assertSound();
    } catch (error) {
      thrown = error;
    }
    expect(KaleidoError.isInstance(thrown)).toBe(true);
    expect(thrown).toMatchObject({
      kind: 'out-of-memory',
      message:
        '@kaleido/backend: not enough memory in the WebGPU device, found "no room for 3 GB"; use a smaller batch, and dispose tensors that are no longer needed',
    });
    expect(() => watch.assertSound()).not.toThrow();
    refuse(new GPUValidationError('the buffer is invalid'));
    expect(() => watch.assertSound()).toThrow(
      '@kaleido/backend: WebGPU refused an operation, found "the buffer is invalid"',
    );
  });

  it('throws at every call once a device is lost', async () => {
    const { watch, lose } = device();
    lose({ reason: 'unknown', message: 'the driver was reset' });
    const word = new Error('AbortError');
    expect(await watch.explain(word)).toMatchObject({ kind: 'device-lost', found: 'the driver was reset' });
    expect(watch.isLost).toBe(true);
    for (let call = 0; call < 2; call++)
      expect(() => watch.assertSound()).toThrow(
        /the WebGPU device and every tensor on it are lost.*continue from a checkpoint/,
      );
  });

  it('leaves an error unchanged that the device did not cause', async () => {
    const { watch } = device();
    const error = new TypeError('a fault');
    expect(await watch.explain(error)).toBe(error);
  });
});
