import { selectBackend } from '@kaleido/backend';
import { describe, expect, it } from 'vitest';

describe('selectBackend in a page without WebGPU', () => {
  it('refuses it if requested, with advice', async () => {
    await expect(selectBackend({ prefer: 'webgpu' })).rejects.toThrow(
      /^@kaleido\/backend: the backend "webgpu" is unavailable.*use wasm/,
    );
  });

  it('falls back to wasm by default', async () => {
    const { name, description } = await selectBackend({ wasmFolder: '/' });
    expect(name).toBe('wasm');
    expect(description).toMatch(/webgpu: no (adapter|navigator\.gpu)/);
  });
});
