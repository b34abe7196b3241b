import { describe, expect, it } from '@jest/globals';
import { type GivenOptions, readOptions } from './read-options.ts';

const defaults: GivenOptions = {
  preset: 'small',
  seconds: '5',
  dropout: '0.1',
  precision: 'float32',
  longestStep: '10',
  torchAttention: 'sdpa',
};

describe('readOptions', () => {
  it('selects every backend, the fastest first, if none is named', () => {
    expect(readOptions(defaults)).toEqual({
      backends: ['cuda', 'webgpu', 'tensorflow', 'wasm', 'cpu'],
      preset: 'small',
      seconds: 5,
      dropout: 0.1,
      precision: 'float32',
      composed: false,
      longestStep: 10,
    });
  });

  it('reads the given options', () => {
    const given = { ...defaults, backend: 'wasm', batch: '3', threads: '2', against: 'torch', torchFused: true };
    expect(readOptions(given)).toMatchObject({
      backends: ['wasm'],
      batchSize: 3,
      threads: 2,
      torch: { attention: 'sdpa', fusedOptimizer: true },
    });
  });

  it.each([
    [{ backend: 'abacus' }, 'one of cuda, webgpu, tensorflow, wasm, cpu, found "abacus"'],
    [{ preset: 'huge' }, 'unknown preset, found "huge"; use one of tiny, small, base'],
    [{ batch: '1.5' }, '--batch must be a whole number from 1 up, found "1.5"'],
    [{ threads: '0' }, '--threads must be a whole number from 1 up'],
    [{ seconds: '' }, '--seconds must be above 0'],
    [{ longestStep: '-1' }, '--longest-step must be above 0'],
    [{ dropout: '1' }, '--dropout must be from 0 to below 1'],
    [{ against: 'jax' }, '--against must be one of torch'],
    [{ torchAttention: 'flash' }, '--torch-attention must be one of sdpa, eager'],
    [{ precision: 'float64' }, '--precision must be one of float32, mixed'],
  ])('refuses %j', (wrong, message) => {
    expect(() => readOptions({ ...defaults, ...wrong })).toThrow(`@kaleido/bench: `);
    expect(() => readOptions({ ...defaults, ...wrong })).toThrow(message);
  });
});
