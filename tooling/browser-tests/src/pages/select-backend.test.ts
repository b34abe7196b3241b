import { selectBackend, surveyBackends } from '@kaleido/backend';
import { describe, expect, it } from 'vitest';

describe('selectBackend in a page', () => {
  it('skips backends unavailable in a page and a software adapter, and reports why', async () => {
    const { name, description } = await selectBackend({ wasmFolder: '/' });
    expect(name).toBe('wasm');
    expect(description).toMatch(/no cuda, tensorflow: TensorFlow works in Node only/);
    expect(description).toMatch(/no webgpu: the adapter \(.*\) is emulated in software/);
    // A page may select a backend repeatedly.
    expect(await selectBackend({ prefer: 'wasm', wasmFolder: '/' })).toMatchObject({ name: 'wasm' });
  });

  it('selects WebGPU on request', async () => {
    expect(await selectBackend({ prefer: 'webgpu' })).toMatchObject({ name: 'webgpu' });
  });

  it.each(['cuda', 'tensorflow'] as const)('reports that %s is only for Node', async (prefer) => {
    await expect(selectBackend({ prefer })).rejects.toThrow(
      /^@kaleido\/backend: TensorFlow .* in Node only; use webgpu or wasm/,
    );
  });

  it('surveys the backends of the page', async () => {
    const found = await surveyBackends({ wasmFolder: '/' });
    expect(found.filter(({ found: isThere }) => isThere).map(({ backend }) => backend)).toEqual([
      'webgpu',
      'wasm',
      'cpu',
    ]);
  });
});
