import { selectBackend } from '@kaleido/backend';
import { describe, expect, it } from 'vitest';

describe('selectBackend in a page without WebGPU', () => {
  it('refuses it where it is asked for, and says what to do', async () => {
    await expect(selectBackend({ prefer: 'webgpu' })).rejects.toThrow(
      /^@kaleido\/backend: the backend "webgpu" is unavailable.*use wasm/,
    );
  });

  it('goes on to wasm where nothing is asked for', async () => {
    const { name, description } = await selectBackend({ wasmFolder: '/' });
    expect(name).toBe('wasm');
    expect(description).toMatch(/webgpu: no (adapter|navigator\.gpu)/);
  });
});
