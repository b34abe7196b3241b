import { afterEach, describe, expect, it } from '@jest/globals';
import { describeAdapter, readAdapter } from './webgpu-adapter.ts';

describe('describeAdapter', () => {
  it.each([
    ['SwiftShader', { vendor: 'google', architecture: 'swiftshader', isFallbackAdapter: true }, 'google swiftshader'],
    ['llvmpipe', { vendor: 'mesa', description: 'llvmpipe (LLVM 15.0.6, 256 bits)' }, 'mesa'],
    ['Windows', { vendor: 'microsoft', architecture: 'warp' }, 'microsoft warp'],
    ['one that says so', { isFallbackAdapter: true }, 'nameless adapter'],
  ])('treats %s as software', (_, info, name) => {
    expect(describeAdapter(info)).toEqual({ name, software: true });
  });

  it.each([
    [{ vendor: 'nvidia', architecture: 'hopper', isFallbackAdapter: false }, 'nvidia hopper'],
    [{ vendor: 'apple', architecture: 'metal-3', device: '', description: '' }, 'apple metal-3'],
    [{ vendor: '', architecture: '', description: 'Intel(R) Graphics (RPL-P)' }, 'Intel(R) Graphics (RPL-P)'],
  ])('treats %j as a GPU', (info, name) => {
    expect(describeAdapter(info)).toEqual({ name, software: false });
  });
});

describe('readAdapter', () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  afterEach(() => {
    if (before === undefined) Reflect.deleteProperty(globalThis, 'navigator');
    else Object.defineProperty(globalThis, 'navigator', before);
  });
  const provide = (gpu: unknown) =>
    Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });

  it('says what is missing', async () => {
    provide(undefined);
    expect(await readAdapter()).toEqual({ missing: 'no navigator.gpu' });
    provide({ requestAdapter: async () => null });
    expect(await readAdapter()).toEqual({ missing: 'no adapter' });
    provide({ requestAdapter: () => Promise.reject(new Error('lost')) });
    expect(await readAdapter()).toEqual({ missing: 'no adapter' });
  });

  it('reads an adapter, in older engines too', async () => {
    provide({ requestAdapter: async () => ({ info: { vendor: 'intel', architecture: 'gen-12lp' } }) });
    expect(await readAdapter()).toEqual({ adapter: { name: 'intel gen-12lp', software: false } });
    provide({ requestAdapter: async () => ({ isFallbackAdapter: true }) });
    expect(await readAdapter()).toEqual({ adapter: { name: 'nameless adapter', software: true } });
  });
});
