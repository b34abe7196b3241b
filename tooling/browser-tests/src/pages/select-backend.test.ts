import { selectBackend, surveyBackends } from '@kaleido/backend';
import { describe, expect, it } from 'vitest';

describe('selectBackend in a page', () => {
  it('passes over what a page cannot have and a software adapter, and says why', async () => {
    const { name, description } = await selectBackend({ wasmFolder: '/' });
    expect(name).toBe('wasm');
    expect(description).toMatch(/no cuda, tensorflow: TensorFlow works in Node only/);
    expect(description).toMatch(/no webgpu: the adapter \(.*\) is emulated in software/);
    // A page may ask as often as it likes.
    expect(await selectBackend({ prefer: 'wasm', wasmFolder: '/' })).toMatchObject({ name: 'wasm' });
  });

  it('takes WebGPU where it is asked for', async () => {
    expect(await selectBackend({ prefer: 'webgpu' })).toMatchObject({ name: 'webgpu' });
  });

  it.each(['cuda', 'tensorflow'] as const)('says that %s is for Node alone', async (prefer) => {
    await expect(selectBackend({ prefer })).rejects.toThrow(
      /^@kaleido\/backend: TensorFlow .* in Node only; use webgpu or wasm/,
    );
  });

  it('surveys what the page has', async () => {
    const found = await surveyBackends({ wasmFolder: '/' });
    expect(found.filter(({ found: isThere }) => isThere).map(({ backend }) => backend)).toEqual([
      'webgpu',
      'wasm',
      'cpu',
    ]);
  });
});
