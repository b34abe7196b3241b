import { describe, expect, it } from '@jest/globals';
import type { Backend } from './backend-choice.ts';
import { type Opening, takeFirst } from './take-first.ts';

/** Opens what is listed, and remembers what was tried. */
function opener(openings: Partial<Record<Backend, Opening>>) {
  const tried: Backend[] = [];
  const open = async (name: Backend): Promise<Opening> => {
    tried.push(name);
    return openings[name] ?? { note: '' };
  };
  return { tried, open };
}

describe('takeFirst', () => {
  it('takes the fastest that opens, and tries none after it', async () => {
    const { tried, open } = opener({ cuda: { reason: 'no GPU' }, webgpu: { note: ' on amd rdna-3' } });
    expect(await takeFirst(open)).toEqual({ name: 'webgpu', description: 'webgpu on amd rdna-3 (no cuda: no GPU)' });
    expect(tried).toEqual(['cuda', 'webgpu']);
  });

  it('gives no reasons if the first one opens', async () => {
    expect(await takeFirst(opener({}).open)).toEqual({ name: 'cuda', description: 'cuda' });
  });

  it('says each reason once, in the order of the backends', async () => {
    const { open } = opener({
      cuda: { reason: 'none found' },
      webgpu: { reason: 'no adapter' },
      tensorflow: { reason: 'none found' },
      wasm: { reason: 'this engine has no WebAssembly' },
    });
    expect((await takeFirst(open)).description).toBe(
      'cpu (no cuda, tensorflow: none found; no webgpu: no adapter; no wasm: this engine has no WebAssembly)',
    );
  });

  it('rethrows what opening throws', async () => {
    const open = async (name: Backend): Promise<Opening> => {
      if (name === 'wasm') throw new Error('its file is not served');
      return { reason: 'none' };
    };
    await expect(takeFirst(open)).rejects.toThrow('its file is not served');
  });
});
