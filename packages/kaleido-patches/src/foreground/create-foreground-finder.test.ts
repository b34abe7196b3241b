import { describe, expect, it } from '@jest/globals';
import { createForegroundFinder } from './create-foreground-finder.ts';
import type { ForegroundDescription } from './foreground-description.ts';

describe('createForegroundFinder', () => {
  it('makes the finder of a description', async () => {
    const finder = await createForegroundFinder({ kind: 'background-colour', threshold: 9 });
    expect(finder).toMatchObject({ name: 'background-colour', settings: { threshold: 9, padding: 0.03 } });
    const image = { width: 3, height: 2, data: new Uint8Array(18) };
    const whole = await createForegroundFinder({ kind: 'whole-image' });
    expect(await whole.find(image)).toEqual({ x0: 0, y0: 0, x1: 3, y1: 2 });
  });

  it('has the hashes of the bundled networks before a backend is selected', async () => {
    expect(await createForegroundFinder({ kind: 'u2net', padding: 0 })).toMatchObject({
      name: 'u2net',
      weightsHash: '309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8',
      settings: { threshold: 0.5, padding: 0, keep: 0.1 },
    });
    const own = await createForegroundFinder({ kind: 'network', cutOut: true });
    expect(own).toMatchObject({
      name: 'foreground-network',
      settings: { threshold: 0.5, padding: 0.03, cutOut: true },
    });
    expect(own.weightsHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('refuses an unknown kind, and missing weights', async () => {
    await expect(createForegroundFinder({ kind: 'magic' } as unknown as ForegroundDescription)).rejects.toThrow(
      '@kaleido/kaleido-patches: unknown foreground finder, found "magic"; take whole-image, background-colour, network or u2net',
    );
    await expect(createForegroundFinder({ kind: 'u2net', weights: '/nowhere/u2net.onnx' })).rejects.toThrow(
      '@kaleido/kaleido-patches: cannot read the weights of U^2-Net at /nowhere/u2net.onnx, found "ENOENT"',
    );
  });
});
